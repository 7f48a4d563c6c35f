CREATE TABLE m_customer (
    id INTEGER PRIMARY KEY, entityid TEXT, companyname TEXT, externalid TEXT, isperson TEXT,
    firstname TEXT, middlename TEXT, lastname TEXT, altname TEXT, email TEXT, altemail TEXT,
    phone TEXT, altphone TEXT, fax TEXT, url TEXT, comments TEXT, accountnumber TEXT,
    category INTEGER, parent INTEGER, toplevelparent INTEGER, currency INTEGER, subsidiary INTEGER,
    entitystatus INTEGER, terms INTEGER, salesrep INTEGER, pricelevel INTEGER, isinactive TEXT,
    searchstage TEXT, defaultbillingaddress INTEGER, defaultshippingaddress INTEGER,
    datecreated BLOB, lastmodifieddate BLOB, custom TEXT
);
CREATE INDEX m_customer_externalid ON m_customer (externalid);
CREATE INDEX m_customer_companyname ON m_customer (companyname);
CREATE INDEX m_customer_upper_companyname ON m_customer (UPPER(companyname));
CREATE INDEX m_customer_parent ON m_customer (parent);
CREATE TABLE m_other (id INTEGER PRIMARY KEY, type TEXT, entityid TEXT, externalid TEXT);
CREATE TABLE m_relationship (
    id INTEGER PRIMARY KEY, entity INTEGER, subsidiary INTEGER, isprimarysub TEXT,
    externalid TEXT, lastmodifieddate BLOB
);
CREATE INDEX m_relationship_entity ON m_relationship (entity, subsidiary);
CREATE TABLE m_addressbook (
    internalid INTEGER PRIMARY KEY, entity INTEGER, label TEXT, defaultbilling TEXT,
    defaultshipping TEXT, isresidential TEXT, addressbookaddress INTEGER
);
CREATE INDEX m_addressbook_entity ON m_addressbook (entity);
CREATE TABLE m_address (
    nkey INTEGER PRIMARY KEY, recordowner INTEGER, addr1 TEXT, addr2 TEXT, addr3 TEXT, city TEXT,
    state TEXT, zip TEXT, country TEXT, addressee TEXT, attention TEXT, addrphone TEXT,
    addrtext TEXT, override TEXT, externalid TEXT, lastmodifieddate BLOB
);
CREATE INDEX m_address_owner ON m_address (recordowner);
CREATE TABLE m_reference (
    type TEXT, id INTEGER, name TEXT, isinactive TEXT, symbol TEXT, parent INTEGER,
    currency INTEGER, country TEXT, externalid TEXT, PRIMARY KEY (type, id)
);
