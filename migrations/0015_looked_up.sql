-- What is read before a call is in a shop. Where the engine has row-level security, each table with a
-- column shop_id shows the rows of the shop that a transaction has entered, and none before: that
-- needs no line here or in any other migration. These are the exceptions, all of them.

-- Who calls is found by a token, a key or a phone, and only then it is known in which shop. So all
-- rows can be seen as long as a transaction is in no shop.
{{looked_up staff_user shop_id}}
{{looked_up api_key shop_id}}
{{looked_up shop id}}

-- Keys that have run out are thrown away for all shops at once. The scope begins with the shop.
{{looked_up idempotency_keys split_part(scope, ':', 1)}}

-- Whoever knows a tracking id finds the order, and with it the shop. Rule: domain A12.
{{open_by orders tracking_id}}
