-- audited(by, what, account, before, after): one entry alone, for what no move of the ledger does.
local input = cjson.decode(ARGV[1])
audit(input.by, input.what, input.account, input.before, input.after)
