-- The stand-in marketing system's own books.  A customer's row is made when it is first touched;
-- name, address and meter are made from the number and not kept.

-- Customers that were touched.
CREATE TABLE gt_sim_customer (
    number {key 32} NOT NULL PRIMARY KEY,   -- customer number
    kind {int} NOT NULL,                    -- 1 bill, 2 card, 3 remote meter
    opened {int} NOT NULL,                  -- 1 once the meter account is open
    card {key 32},                          -- serial of the card in force
    purchase_count {int} NOT NULL,          -- purchases so far: the count the card should have
    written {int} NOT NULL,                 -- 1 once it is known that the card holds that count
    inserted {int} NOT NULL,                -- 1 once it is known that the meter took that count
    written_back {int} NOT NULL,            -- 1: a reversal emptied the return file, none is to be expected
    purchase {key 32},                      -- serial of the purchase behind the count
    packet {key 32},                        -- serial of the transaction whose packet the card should get
    advance {int} NOT NULL,                 -- fen held in advance (bill meters)
    balance {int} NOT NULL                  -- fen on the meter (remote meters)
){table};

-- Cards that were ever issued; the one in force is named by its customer.
CREATE TABLE gt_sim_card (
    serial {key 32} NOT NULL PRIMARY KEY,   -- serial number of the card
    customer {key 32} NOT NULL,             -- whose it is
    replaced {int} NOT NULL                 -- 1: an old card, refused from now on
){table};

-- Bills of touched customers.
CREATE TABLE gt_sim_bill (
    number {key 32} NOT NULL PRIMARY KEY,   -- bill id
    customer {key 32} NOT NULL,             -- who owes it
    period {int} NOT NULL,                  -- yyyymm
    kwh {int} NOT NULL,                     -- hundredths of a kWh
    amount {int} NOT NULL,                  -- fen due, with late fee
    late_fee {int} NOT NULL,                -- fen, part of amount
    paid_by {key 32}                        -- serial of the payment, ADVANCE, or none: due
){table};
CREATE INDEX gt_sim_bill_customer ON gt_sim_bill (customer, paid_by);
CREATE INDEX gt_sim_bill_paid_by ON gt_sim_bill (paid_by);

-- Every request that carried a serial, with its outcome.
CREATE TABLE gt_sim_txn (
    serial {key 32} NOT NULL PRIMARY KEY,   -- the platform's serial
    op {int} NOT NULL,                      -- operation, enum gt_sg_op
    customer {key 32} NOT NULL,             -- as the request named it
    orig_serial {key 32},                   -- of the transaction it is about
    amount {int} NOT NULL,                  -- fen
    fee {int} NOT NULL,                     -- fen, price of a card
    method {key 8},                         -- how it was paid
    operator_no {key 32},                   -- the platform's operator
    terminal_no {key 32},                   -- the platform's terminal
    biz_date {int} NOT NULL,                -- the platform's business date
    up_date {int} NOT NULL,                 -- our accounting date
    done_at {int} NOT NULL,                 -- UTC milliseconds
    state {int} NOT NULL,                   -- 1 posted, 2 refused, 3 posted and then reversed
    code {int} NOT NULL,                    -- the code it was answered with
    note {text 240},                        -- the code's text, or the reason given in the request
    purchase_count {int} NOT NULL,          -- purchase count after it
    advance_part {int} NOT NULL,            -- fen of a payment that became advance
    packet_serial {key 32},                 -- the card data are made for this serial; none: no card data
    packet_amount {int} NOT NULL,           -- fen in the card data
    packet_kind {int} NOT NULL,             -- 1 opening, 2 purchase, 3 replacement; 0: no card data
    random {key 64},                        -- the card's random number that the MACs were made for
    lines {int} NOT NULL,                   -- lines in the day statement; 0: taken back, and wiped
    planted {int} NOT NULL                  -- 1: made to differ from the platform's books
){table};

-- Routes of bill meters that a reader has taken in a period.
CREATE TABLE gt_sim_route (
    route {key 32} NOT NULL,                -- R0000 to R0199
    period {int} NOT NULL,                  -- yyyymm
    operator_no {key 32} NOT NULL,          -- the platform's operator who reads it
    PRIMARY KEY (route, period)
){table};
CREATE INDEX gt_sim_route_reader ON gt_sim_route (operator_no, period, route);

-- Meter readings, as they were taken first.
CREATE TABLE gt_sim_reading (
    task {key 32} NOT NULL PRIMARY KEY,     -- period and customer
    customer {key 32} NOT NULL,             -- whose meter
    reading {int} NOT NULL,                 -- hundredths of a kWh that it showed
    read_date {int} NOT NULL,               -- when, as the request says
    operator_no {key 32} NOT NULL,          -- who read it
    times {int} NOT NULL                    -- how often it came
){table};

-- The fault that holds for everybody: one row, or none.
CREATE TABLE gt_sim_fault (
    id {int} NOT NULL PRIMARY KEY,          -- always 1
    kind {key 16} NOT NULL,                 -- "slow", "late" and so on
    operation {key 16},                     -- only for this operation
    rate {int} NOT NULL                     -- how many of a hundred requests
){table};
