-- letters_get(account) -> the account's letter, or nothing.
local letter = letter_of(input.account)
return cjson.encode({letter = letter and whole(letter)})
