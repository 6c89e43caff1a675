-- An example of a national permit database, in the manner of an eCITES system.
-- Taxa without an appendix are of a national list: their permits are not for partners.

CREATE TABLE party (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    street TEXT NOT NULL,
    city TEXT NOT NULL,
    country TEXT NOT NULL
);

CREATE TABLE taxon (
    id INTEGER PRIMARY KEY,
    scientific_name TEXT NOT NULL UNIQUE,
    common_name TEXT,
    appendix TEXT,
    kingdom TEXT NOT NULL
);

CREATE TABLE permit (
    id INTEGER PRIMARY KEY,
    permit_no TEXT NOT NULL UNIQUE,
    country TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    issue_date TEXT NOT NULL,
    expiry_date TEXT NOT NULL,
    exporter INTEGER NOT NULL REFERENCES party,
    importer INTEGER NOT NULL REFERENCES party,
    purpose TEXT NOT NULL,
    access_code TEXT NOT NULL,
    stamp_no TEXT NOT NULL,
    officer TEXT NOT NULL,
    -- time of the last change of the permit or of one of its lines
    changed_at TEXT NOT NULL,
    -- number of the permit that replaces it
    replaced_by TEXT
);

CREATE TABLE permit_line (
    permit INTEGER NOT NULL REFERENCES permit,
    line INTEGER NOT NULL,
    taxon INTEGER NOT NULL REFERENCES taxon,
    description TEXT NOT NULL,
    term TEXT NOT NULL,
    source TEXT NOT NULL,
    quantity NUMERIC NOT NULL,
    unit TEXT NOT NULL,
    origin_country TEXT,
    origin_permit TEXT,
    origin_date TEXT,
    PRIMARY KEY (permit, line)
) WITHOUT ROWID;

CREATE INDEX permit_of_country ON permit (country, id);
CREATE INDEX permit_by_change ON permit (changed_at, permit_no);

CREATE VIEW epix_export AS
SELECT
    permit.id AS permit_id, permit.permit_no, permit.country, permit.kind, permit.state,
    permit.issue_date, permit.expiry_date, permit.purpose, permit.access_code, permit.stamp_no,
    permit.officer, permit.changed_at, permit.replaced_by,
    exporter.name AS exporter, exporter.street AS exporter_street, exporter.city AS exporter_city,
    exporter.country AS exporter_country,
    importer.name AS importer, importer.street AS importer_street, importer.city AS importer_city,
    importer.country AS importer_country,
    line.line, taxon.scientific_name, taxon.common_name, taxon.appendix, line.description,
    line.term, line.source, line.quantity, line.unit, line.origin_country, line.origin_permit,
    line.origin_date
FROM permit
JOIN party AS exporter ON exporter.id = permit.exporter
JOIN party AS importer ON importer.id = permit.importer
JOIN permit_line AS line ON line.permit = permit.id
JOIN taxon ON taxon.id = line.taxon;

INSERT INTO taxon (scientific_name, common_name, appendix, kingdom) VALUES
    ('Crocodylus niloticus', 'Nile crocodile', 'II', 'Animalia'),
    ('Crocodylus porosus', 'Saltwater crocodile', 'II', 'Animalia'),
    ('Varanus niloticus', 'Nile monitor', 'II', 'Animalia'),
    ('Varanus salvator', 'Water monitor', 'II', 'Animalia'),
    ('Python natalensis', 'Southern African python', 'II', 'Animalia'),
    ('Python molurus', 'Indian python', 'II', 'Animalia'),
    ('Kinixys spekii', 'Speke''s hinge-back tortoise', 'II', 'Animalia'),
    ('Stigmochelys pardalis', 'Leopard tortoise', 'II', 'Animalia'),
    ('Agapornis lilianae', 'Lilian''s lovebird', 'II', 'Animalia'),
    ('Papio ursinus', 'Chacma baboon', 'II', 'Animalia'),
    ('Tridacna maxima', 'Small giant clam', 'II', 'Animalia'),
    ('Tridacna squamosa', 'Fluted giant clam', 'II', 'Animalia'),
    ('Hippocampus kuda', 'Spotted seahorse', 'II', 'Animalia'),
    ('Dalbergia melanoxylon', 'African blackwood', 'II', 'Plantae'),
    ('Dalbergia latifolia', 'Indian rosewood', 'II', 'Plantae'),
    ('Pterocarpus tinctorius', 'Mukula', 'II', 'Plantae'),
    ('Afzelia quanzensis', 'Pod mahogany', 'II', 'Plantae'),
    ('Gyrinops walla', 'Walla patta', 'II', 'Plantae'),
    ('Cycas seemannii', 'Namele', 'II', 'Plantae'),
    ('Vanda tessellata', 'Grey orchid', 'II', 'Plantae'),
    ('Dendrobium aqueum', 'Watery dendrobium', 'II', 'Plantae'),
    ('Androstachys johnsonii', 'Lebombo ironwood', NULL, 'Plantae'),
    ('Millettia stuhlmannii', 'Panga panga', NULL, 'Plantae'),
    ('Birgus latro', 'Coconut crab', NULL, 'Animalia'),
    ('Gallus lafayettii', 'Sri Lanka junglefowl', NULL, 'Animalia'),
    ('Santalum austrocaledonicum', 'Sandalwood', NULL, 'Plantae');
