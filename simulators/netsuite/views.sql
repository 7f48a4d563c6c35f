CREATE VIEW customer AS SELECT $customer_columns FROM m_customer $id_seen;
CREATE VIEW customeraddressbook AS
    SELECT internalid, entity, label, defaultbilling, defaultshipping, isresidential,
        addressbookaddress
    FROM m_addressbook $entity_seen;
CREATE VIEW customeraddressbookentityaddress AS
    SELECT nkey, recordowner, addr1, addr2, addr3, city, state, zip, country, addressee, attention,
        addrphone, addrtext, override, externalid, lastmodifieddate
    FROM m_address $recordowner_seen;
CREATE VIEW entity AS
    SELECT id, 'CustJob' AS type, entityid, externalid, altname, isperson, isinactive, email, phone
    FROM m_customer $id_seen
    UNION ALL
    SELECT id, type, entityid, externalid, entityid, 'F', 'F', NULL, NULL FROM m_other;
CREATE VIEW customersubsidiaryrelationship AS
    SELECT id, entity, subsidiary, isprimarysub, externalid, lastmodifieddate
    FROM m_relationship $entity_seen;
CREATE VIEW subsidiary AS
    SELECT id, name, parent, currency, country, isinactive, externalid
    FROM m_reference WHERE type = 'subsidiary' $subsidiary_seen;
CREATE VIEW currency AS
    SELECT id, name, symbol, isinactive FROM m_reference WHERE type = 'currency';
CREATE VIEW term AS SELECT id, name, isinactive FROM m_reference WHERE type = 'term';
CREATE VIEW customercategory AS
    SELECT id, name, isinactive FROM m_reference WHERE type = 'customerCategory';
CREATE VIEW pricelevel AS SELECT id, name, isinactive FROM m_reference WHERE type = 'priceLevel';
CREATE VIEW employee AS
    SELECT id, name AS entityid, isinactive FROM m_reference WHERE type = 'employee';
