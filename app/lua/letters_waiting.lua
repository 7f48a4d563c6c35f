-- letters_waiting(account) -> how many accounts wait for it.
return waiting(input.account)
