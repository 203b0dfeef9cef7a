-- The platform's first schema.  Conventions: {int} holds ids, fen, UTC milliseconds, dates (yyyymmdd)
-- and states; `version` counts the saves of a row; `seal` is an HMAC over all its columns (lib/store/row.h).

-- Blocks of keys that processes have taken.
CREATE TABLE gt_keyblock (
    name {key 32} NOT NULL PRIMARY KEY, -- series: txn, posting, …
    next {int} NOT NULL -- first number that nobody has taken
){table};

-- The platform's one row of state.
CREATE TABLE gt_state (
    id {int} NOT NULL PRIMARY KEY, -- 1
    biz_date {int} NOT NULL, -- business date
    state {int} NOT NULL, -- 1 trading, 2 clearing
    cut_minute {int} NOT NULL, -- minute of the day of the scheduled cut-off (1440: midnight), -1: by hand
    cut_at {int} NOT NULL, -- time of the last cut-off
    rights {int} NOT NULL, -- goes up with every change of organisations, users and terminals
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};

-- Marketing systems' clearing dates: a transaction carries the one that its system has at the intent.
CREATE TABLE gt_clearing (
    id {int} NOT NULL PRIMARY KEY, -- key
    system {key 16} NOT NULL, -- marketing system
    clear_date {int} NOT NULL, -- its clearing date
    cut_minute {int} NOT NULL, -- minute of the day it moves, -1: by hand, -2: as its definition says
    defined {int} NOT NULL, -- minute that its definition says, -1: none
    cut_at {int} NOT NULL, -- time of the last move, 0: none
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_clearing_system ON gt_clearing (system);

-- Each move of the business date, and of clearing dates.
CREATE TABLE gt_cutoff (
    id {int} NOT NULL PRIMARY KEY, -- key
    seq {int} NOT NULL, -- 1, 2, … without a gap
    clearing_id {int} NOT NULL, -- clearing date that moved, 0: the business date
    from_date {int} NOT NULL, -- date that ended
    to_date {int} NOT NULL, -- date that began
    due_at {int} NOT NULL, -- time the schedule wanted it, 0: by hand, or with the business date
    at {int} NOT NULL, -- time
    by_whom {text 80} NOT NULL, -- who, or schedule
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_cutoff_seq ON gt_cutoff (seq);
CREATE INDEX gt_cutoff_of ON gt_cutoff (clearing_id, to_date);

-- How many rows the tables of slow growth hold, so that a removed row shows.
CREATE TABLE gt_census (
    id {int} NOT NULL PRIMARY KEY, -- key
    name {key 32} NOT NULL, -- table
    members {int} NOT NULL, -- rows it must have
    saves {int} NOT NULL, -- how often rows of it were saved, where that is counted
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_census_name ON gt_census (name);

-- Organisations: the tree.
CREATE TABLE gt_org (
    id {int} NOT NULL PRIMARY KEY, -- key
    code {key 32} NOT NULL, -- what people call it in commands and files
    parent_id {int} NOT NULL, -- organisation above, 0 for the bureau at the top
    path {key 200} NOT NULL, -- ids from the top, /1/5/9/: a subtree is a range of it
    kind {int} NOT NULL, -- 1 bureau, 2 county, 3 station, 4 agent
    name {text 96} NOT NULL, -- name on pages and receipts
    state {int} NOT NULL, -- 1 enabled, 2 disabled
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_org_code ON gt_org (code);
CREATE INDEX gt_org_path ON gt_org (path);
CREATE INDEX gt_org_parent ON gt_org (parent_id, code);

-- People: administrators, managers, cashiers, staff of agents.
CREATE TABLE gt_user (
    id {int} NOT NULL PRIMARY KEY, -- key
    login {key 32} NOT NULL, -- name to sign in with
    operator_no {key 20} NOT NULL, -- number on receipts and in terminal requests
    org_id {int} NOT NULL, -- organisation
    account_id {int} NOT NULL, -- credit account the takings go to, 0: collects nothing
    name {text 80} NOT NULL, -- name
    state {int} NOT NULL, -- 1 enabled, 2 disabled
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_user_login ON gt_user (login);
CREATE UNIQUE INDEX gt_user_operator ON gt_user (operator_no);
CREATE INDEX gt_user_org ON gt_user (org_id);

-- How a user signs in; a row of its own, as it changes with every sign-in and nobody else reads it.
CREATE TABLE gt_credential (
    id {int} NOT NULL PRIMARY KEY, -- user
    password {key 160}, -- yescrypt hash
    must_change {int} NOT NULL, -- 1: the password must be changed at the next sign-in
    changed_at {int} NOT NULL, -- time the password was set
    failures {int} NOT NULL, -- wrong passwords and codes since the last right one
    locked_until {int} NOT NULL, -- time before which nothing is right, 0: not locked
    last_at {int} NOT NULL, -- time of the last sign-in, 0: none
    last_origin {key 64}, -- where it came from
    otp_state {int} NOT NULL, -- one-time codes: 0 none, 1 enrolment begun, 2 on
    otp_secret {key 200}, -- their secret, under the master key
    otp_step {int} NOT NULL, -- half minute of the last code taken: none is taken twice
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};

-- Recovery codes, each good for one sign-in without the device.
CREATE TABLE gt_recovery (
    id {int} NOT NULL PRIMARY KEY, -- key
    user_id {int} NOT NULL, -- user
    digest {key 64} NOT NULL, -- SHA-256 of the code
    used_at {int} NOT NULL, -- time, 0: not used
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_recovery_code ON gt_recovery (user_id, digest);

-- Sessions of browsers.  Rows of ended ones go.
CREATE TABLE gt_session (
    id {int} NOT NULL PRIMARY KEY, -- key
    digest {key 64} NOT NULL, -- SHA-256 of the token that the browser holds
    user_id {int} NOT NULL, -- user
    stage {int} NOT NULL, -- 1 code wanted, 2 new password wanted, 3 enrolment wanted, 4 signed in
    origin {key 64}, -- address it came from
    agent {text 160}, -- what the browser calls itself
    since {int} NOT NULL, -- time of the sign-in
    seen_at {int} NOT NULL, -- time of a request, true to a minute
    ends_at {int} NOT NULL, -- time it ends in any case
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_session_digest ON gt_session (digest);
CREATE INDEX gt_session_user ON gt_session (user_id);
CREATE INDEX gt_session_end ON gt_session (ends_at);

-- Processes of the platform that run now; each saves its row every few seconds.
CREATE TABLE gt_process (
    id {int} NOT NULL PRIMARY KEY, -- key
    name {key 32} NOT NULL, -- its program
    host {key 64}, -- machine
    pid {int} NOT NULL, -- its number there
    build {key 40}, -- version of the program
    since {int} NOT NULL, -- time it began
    seen_at {int} NOT NULL, -- time of the save
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};

-- How a process finds a marketing system.
CREATE TABLE gt_process_link (
    id {int} NOT NULL PRIMARY KEY, -- key
    process_id {int} NOT NULL, -- process
    system {key 16} NOT NULL, -- marketing system
    shut {int} NOT NULL, -- 1 while its breaker is open
    in_flight {int} NOT NULL, -- calls
    calls {int} NOT NULL, -- calls of the last minute
    bad {int} NOT NULL, -- of them not sent, or without a readable answer
    last_ms {int} NOT NULL, -- milliseconds of the last answered call
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE INDEX gt_process_link_of ON gt_process_link (process_id);

-- Roles: sets of rights.
CREATE TABLE gt_role (
    id {int} NOT NULL PRIMARY KEY, -- key; 1 to 4 are built in
    code {key 32} NOT NULL, -- what commands call it
    org_id {int} NOT NULL, -- organisation whose subtree may use it, 0: built in, for all
    name {text 64} NOT NULL, -- name
    rights {int} NOT NULL, -- bit n for right n (lib/access/right.h)
    state {int} NOT NULL, -- 1 enabled, 2 disabled
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_role_code ON gt_role (code);

-- Grants: a user has a role at an organisation and below it.
CREATE TABLE gt_grant (
    id {int} NOT NULL PRIMARY KEY, -- key
    user_id {int} NOT NULL, -- who
    role_id {int} NOT NULL, -- what
    org_id {int} NOT NULL, -- where, and below
    by_id {int} NOT NULL, -- user who granted it, -1: a command
    at {int} NOT NULL, -- time
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_grant_user ON gt_grant (user_id, role_id, org_id);
CREATE INDEX gt_grant_org ON gt_grant (org_id);
CREATE INDEX gt_grant_role ON gt_grant (role_id, org_id);

-- Parameters set at an organisation; they hold for its subtree.
CREATE TABLE gt_setting (
    id {int} NOT NULL PRIMARY KEY, -- key
    org_id {int} NOT NULL, -- organisation
    name {key 32} NOT NULL, -- parameter (lib/access/param.h)
    setting {int} NOT NULL, -- value
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_setting_name ON gt_setting (name, org_id);

-- What one person asks for and another decides.
CREATE TABLE gt_approval (
    id {int} NOT NULL PRIMARY KEY, -- key
    kind {key 24} NOT NULL, -- what is asked: credit.limit, credit.deposit …
    org_id {int} NOT NULL, -- organisation it is about
    object_id {int} NOT NULL, -- object it is about: an account …
    object {text 80} NOT NULL, -- its name, for people
    asked {key 200} NOT NULL, -- figures by name: limit=100000 from=5000
    reason {text 200} NOT NULL, -- why
    maker_id {int} NOT NULL, -- user who asks, -1: a command
    made_at {int} NOT NULL, -- time
    expires_at {int} NOT NULL, -- time from which nobody can decide it
    state {int} NOT NULL, -- 1 waiting, 2 approved, 3 refused, 4 withdrawn, 5 expired
    checker_id {int} NOT NULL, -- user who decided, 0: nobody
    decided_at {int} NOT NULL, -- time, 0: not decided
    note {text 200}, -- what the checker said
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE INDEX gt_approval_state ON gt_approval (state, id);
CREATE INDEX gt_approval_org ON gt_approval (org_id, id);

-- Terminals.
CREATE TABLE gt_terminal (
    id {int} NOT NULL PRIMARY KEY, -- key
    terminal_no {key 20} NOT NULL, -- number it sends
    org_id {int} NOT NULL, -- organisation it stands in
    kind {int} NOT NULL, -- 1 pos, 2 handheld, 3 kiosk, 4 pc, 5 page
    secret {key 200} NOT NULL, -- under the master key
    ops {int} NOT NULL, -- business allowed: bit n for operation n
    limit_txn {int} NOT NULL, -- fen of one transaction, 0: no limit
    limit_day {int} NOT NULL, -- fen of one business date, 0: no limit
    state {int} NOT NULL, -- 1 enabled, 2 disabled
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_terminal_no ON gt_terminal (terminal_no);
CREATE INDEX gt_terminal_org ON gt_terminal (org_id);

-- Operators a terminal is bound to; a terminal without any serves those of its organisation.
CREATE TABLE gt_binding (
    id {int} NOT NULL PRIMARY KEY, -- key
    terminal_id {int} NOT NULL, -- terminal
    user_id {int} NOT NULL, -- operator
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_binding_pair ON gt_binding (terminal_id, user_id);
CREATE INDEX gt_binding_user ON gt_binding (user_id);

-- Credit accounts: available = deposit + credit_limit - unremitted - held.
CREATE TABLE gt_account (
    id {int} NOT NULL PRIMARY KEY, -- key
    kind {int} NOT NULL, -- 1 of a cashier, 2 of an agent organisation, 3 the safe of an organisation
    owner_id {int} NOT NULL, -- user or organisation
    org_id {int} NOT NULL, -- organisation
    deposit {int} NOT NULL, -- fen paid in ahead
    credit_limit {int} NOT NULL, -- fen that may be collected and not yet remitted
    unremitted {int} NOT NULL, -- fen collected beyond the deposit, not yet remitted
    held {int} NOT NULL, -- fen of transactions in flight
    limit_txn {int} NOT NULL, -- fen of one transaction, 0: no limit
    limit_day {int} NOT NULL, -- fen of one business date, 0: no limit
    limit_ops {int} NOT NULL, -- businesses with limits of their own (gt_limit): bit n for operation n
    state {int} NOT NULL, -- 1 enabled, 2 suspended
    shifts {int} NOT NULL, -- shifts that are open and take transactions
    prepaid {int} NOT NULL, -- fen repaid by deposits that no slip has counted yet
    txn_count {int} NOT NULL, -- journal rows of the account so far
    posting_count {int} NOT NULL, -- ledger postings of the account so far
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_account_owner ON gt_account (kind, owner_id);
CREATE INDEX gt_account_org ON gt_account (org_id);

-- Limits of an account by kind of business, beside those that count all business together.
CREATE TABLE gt_limit (
    id {int} NOT NULL PRIMARY KEY, -- account times 16 and operation
    account_id {int} NOT NULL, -- account
    op {int} NOT NULL, -- operation: 1 pay 2 recharge 3 open 4 replace
    limit_txn {int} NOT NULL, -- fen of one transaction, 0: no limit
    limit_day {int} NOT NULL, -- fen of one business date, 0: no limit
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};

-- What an organisation was granted to give on: limits and quotas below it never exceed it together.
CREATE TABLE gt_quota (
    id {int} NOT NULL PRIMARY KEY, -- organisation
    granted {int} NOT NULL, -- fen
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};

-- One-off permissions: one customer, one amount, beyond the limits.
CREATE TABLE gt_permit (
    id {int} NOT NULL PRIMARY KEY, -- key
    account_id {int} NOT NULL, -- account that may
    customer_no {key 32} NOT NULL, -- customer
    amount {int} NOT NULL, -- fen, with the fee
    reason {text 200} NOT NULL, -- why
    by_id {int} NOT NULL, -- user who granted it, -1: a command
    made_at {int} NOT NULL, -- time
    expires_at {int} NOT NULL, -- time from which it is no longer good
    txn_id {int} NOT NULL, -- transaction that used it up, 0: none yet
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE INDEX gt_permit_for ON gt_permit (account_id, customer_no);

-- What was taken on a business date, where a limit of the day asks for it.
CREATE TABLE gt_use (
    id {int} NOT NULL PRIMARY KEY, -- key
    scope {int} NOT NULL, -- 1 terminal, 2 account, 3 account and business (gt_limit)
    scope_id {int} NOT NULL, -- whose
    biz_date {int} NOT NULL, -- business date of the intents
    amount {int} NOT NULL, -- fen posted and held
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_use_scope ON gt_use (scope, scope_id, biz_date);

-- The journal: a row a transaction, written before anything else happens, never deleted.
CREATE TABLE gt_txn (
    id {int} NOT NULL PRIMARY KEY, -- transaction number: yyyymmdd and ten digits
    terminal_id {int} NOT NULL, -- terminal
    trace_no {int} NOT NULL, -- the terminal's number of it
    digest {key 64}, -- of operation and business fields; none for a number made void by an inquiry
    account_id {int} NOT NULL, -- credit account
    account_seq {int} NOT NULL, -- 1, 2, … without a gap in the account
    user_id {int} NOT NULL, -- operator
    operator_no {key 20} NOT NULL, -- operator's number then
    org_id {int} NOT NULL, -- organisation of the account
    channel {int} NOT NULL, -- kind of the terminal: 1 pos, 2 handheld, 3 kiosk, 4 pc, 5 page
    op {int} NOT NULL, -- operation: 1 pay 2 recharge 3 open 4 replace 5 rewrite 6 confirm 7 reverse 8 void 9 refund
    system {key 16}, -- marketing system
    customer_no {key 32}, -- customer
    amount {int} NOT NULL, -- fen
    fee {int} NOT NULL, -- fen for a replacement card
    method {key 12}, -- cash, card, wechat …
    tendered {int} NOT NULL, -- fen the customer handed over, 0: not told
    card_no {key 32}, -- card shown
    card_count {int} NOT NULL, -- purchase count on it then
    orig_id {int} NOT NULL, -- transaction it reverses, rewrites, confirms; 0: none
    reason {text 80}, -- reason given
    biz_date {int} NOT NULL, -- business date of the intent
    clear_date {int} NOT NULL, -- clearing date of the marketing system then
    created_at {int} NOT NULL, -- time of the intent
    state {int} NOT NULL, -- our leg: 1 pending 2 posted 3 declined 4 reversing 5 reversed 6 refunded
    up_state {int} NOT NULL, -- upstream leg: 0 none 1 sent 2 accepted 3 refused 4 not sent 5 unknown
    card_state {int} NOT NULL, -- card leg: 0 none 1 to write 2 written 3 failed 4 superseded
    outcome {int} NOT NULL, -- number of the outcome table
    outcome_text {text 200}, -- upstream's own reason, if it gave one
    up_code {key 20}, -- upstream's code
    up_ref {key 40}, -- upstream's number of it
    up_date {int} NOT NULL, -- upstream's accounting date
    held {int} NOT NULL, -- fen of credit held for it now
    drawn {int} NOT NULL, -- fen of it drawn from the deposit; of money given back, put into it
    advance {int} NOT NULL, -- fen of it that became the customer's advance
    meter_no {key 32}, -- meter
    customer_name {text 80}, -- name, for the receipt
    address {text 160}, -- address, for the receipt
    purchase_count {int} NOT NULL, -- purchase count after it, smart meters
    bills {int} NOT NULL, -- bills settled: rows of gt_txn_bill
    out_date {int} NOT NULL, -- business date of the outcome, 0: none yet
    out_hour {int} NOT NULL, -- local hour of the outcome, 0 to 23
    batch_id {int} NOT NULL, -- batch it is in, 0: none
    decided_at {int} NOT NULL, -- time of the outcome
    reversed_by {int} NOT NULL, -- reversal in progress or done, 0: none
    events {int} NOT NULL, -- rows of gt_event
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_txn_trace ON gt_txn (terminal_id, trace_no);
CREATE UNIQUE INDEX gt_txn_account ON gt_txn (account_id, account_seq);
-- By date first: a sale then touches the pages of its own day, however old the journal is, and a
-- customer is looked up day by day.
CREATE INDEX gt_txn_customer ON gt_txn (biz_date, customer_no);

-- What wants deciding: a row a transaction in flight or in doubt; the worker's list.
CREATE TABLE gt_pending (
    id {int} NOT NULL PRIMARY KEY, -- transaction
    guard {key 48} NOT NULL, -- system and customer: one money transaction in flight per customer
    sent_at {int} NOT NULL, -- time the request went upstream
    due_at {int} NOT NULL, -- time from which the worker may look at it
    tries {int} NOT NULL, -- answered inquiries so far
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_pending_guard ON gt_pending (guard);
CREATE INDEX gt_pending_due ON gt_pending (due_at);

-- Bills a payment names and settles.
CREATE TABLE gt_txn_bill (
    id {int} NOT NULL PRIMARY KEY, -- key
    txn_id {int} NOT NULL, -- transaction
    line {int} NOT NULL, -- 1, 2, …
    bill_no {key 32} NOT NULL, -- marketing system's id of the bill
    period {int} NOT NULL, -- yyyymm
    kwh {int} NOT NULL, -- hundredths of a kWh
    amount {int} NOT NULL, -- fen, with late fee
    late_fee {int} NOT NULL, -- fen of it
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_txn_bill_line ON gt_txn_bill (txn_id, line);

-- What upstream wants on a card: stored before a terminal sees it.
CREATE TABLE gt_packet (
    id {int} NOT NULL PRIMARY KEY, -- transaction
    purchase_count {int} NOT NULL, -- count after the write
    data {doc} NOT NULL, -- hex
    mac1 {key 16}, -- hex
    mac2 {key 16}, -- hex
    mac3 {key 16}, -- hex
    mac4 {key 16}, -- hex
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};

-- Cards as far as we have seen them.
CREATE TABLE gt_card (
    id {int} NOT NULL PRIMARY KEY, -- key
    system {key 16} NOT NULL, -- marketing system
    card_no {key 32} NOT NULL, -- serial number
    customer_no {key 32} NOT NULL, -- customer
    meter_no {key 32}, -- meter
    state {int} NOT NULL, -- 1 valid, 2 replaced
    last_txn {int} NOT NULL, -- last purchase for it through us, 0: none
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_card_no ON gt_card (system, card_no);
CREATE INDEX gt_card_customer ON gt_card (system, customer_no);

-- What happened to a transaction besides intent and outcome.
CREATE TABLE gt_event (
    id {int} NOT NULL PRIMARY KEY, -- key
    txn_id {int} NOT NULL, -- transaction
    seq {int} NOT NULL, -- 1, 2, … without a gap
    at {int} NOT NULL, -- time
    kind {key 24} NOT NULL, -- unknown, inquired, resolved, confirmed, rewritten, reversed …
    note {text 200}, -- details
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_event_seq ON gt_event (txn_id, seq);

-- Answers of marketing systems that were out of the ordinary, and those to inquiries.
CREATE TABLE gt_message (
    id {int} NOT NULL PRIMARY KEY, -- event it belongs to
    txn_id {int} NOT NULL, -- transaction
    at {int} NOT NULL, -- time
    op {int} NOT NULL, -- operation that was answered: 0 query 1 pay 2 recharge 3 open 4 replace 5 rewrite 6 confirm 7 reverse 8 inquire 9 totals 10 refund
    code {key 20}, -- code it gave
    took_ms {int} NOT NULL, -- milliseconds the answer took
    message {text 1900}, -- the answer, masked and cut
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_message_txn ON gt_message (txn_id, id);

-- The ledger: postings, whose entries sum to zero and are never changed.  Each has its document's
-- key, so no index is needed to find it: a sale would write one more page for each.
CREATE TABLE gt_posting (
    id {int} NOT NULL PRIMARY KEY, -- transaction number; key, if there is none
    account_id {int} NOT NULL, -- account that keeps it
    account_seq {int} NOT NULL, -- 1, 2, … without a gap in the account
    kind {int} NOT NULL, -- 1 sale 2 reversal 3 deposit 4 to 5 of a shift 6 write-off 7 to 10 of a slip 11 refund 12 refund paid
    of_id {int} NOT NULL, -- transaction, shift, approval (of a refund too) or slip that made it, 0: none
    batch_id {int} NOT NULL, -- batch, 0: none
    biz_date {int} NOT NULL, -- business date of the outcome
    entries {int} NOT NULL, -- rows of gt_entry
    at {int} NOT NULL, -- time
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};

-- Entries of the ledger: debit positive, credit negative.
CREATE TABLE gt_entry (
    id {int} NOT NULL PRIMARY KEY, -- posting times 8 and line
    account_id {int} NOT NULL, -- account that keeps it
    code {key 32} NOT NULL, -- ledger account: cash, deposit, payable:sg186 …
    biz_date {int} NOT NULL, -- business date
    amount {int} NOT NULL, -- fen
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};

-- Sums of the entries by account, ledger account and business date.
CREATE TABLE gt_balance (
    id {int} NOT NULL PRIMARY KEY, -- key
    account_id {int} NOT NULL, -- account
    code {key 32} NOT NULL, -- ledger account
    biz_date {int} NOT NULL, -- business date
    debit {int} NOT NULL, -- fen, sum of the positive entries
    credit {int} NOT NULL, -- fen, sum of the negative ones, as a positive number
    entries {int} NOT NULL, -- how many
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_balance_key ON gt_balance (account_id, code, biz_date);
CREATE INDEX gt_balance_date ON gt_balance (biz_date, account_id);

-- What was sold and taken back by the hour: for dashboard and statistics.
CREATE TABLE gt_summary (
    id {int} NOT NULL PRIMARY KEY, -- key
    biz_date {int} NOT NULL, -- business date of the outcome
    hour {int} NOT NULL, -- local hour of the outcome, 0 to 23
    account_id {int} NOT NULL, -- account
    org_id {int} NOT NULL, -- organisation of the account then
    user_id {int} NOT NULL, -- operator
    channel {int} NOT NULL, -- kind of the terminal
    op {int} NOT NULL, -- operation; of a reversal the original's
    system {key 16} NOT NULL, -- marketing system
    sales {int} NOT NULL, -- transactions
    amount {int} NOT NULL, -- fen of these, without fees
    fees {int} NOT NULL, -- fen for replacement cards
    reversals {int} NOT NULL, -- transactions taken back in this hour
    reversed {int} NOT NULL, -- fen of these, with fees
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_summary_key
    ON gt_summary (biz_date, hour, account_id, user_id, channel, op, system, org_id);

-- What was sold and taken back from the first day to the end of a date that is closed.
CREATE TABLE gt_total (
    id {int} NOT NULL PRIMARY KEY, -- date times 1000000000 and line
    biz_date {int} NOT NULL, -- business date
    org_id {int} NOT NULL, -- organisation of the account, 0: all together
    kind {int} NOT NULL, -- of part: 1 none 2 operation 3 channel 4 marketing system 5 operator 6 agents 7 ledger account: debit, credit, entries
    part {key 32} NOT NULL, -- what it is the total of: number or name
    sales {int} NOT NULL, -- transactions
    amount {int} NOT NULL, -- fen of these, with fees
    reversals {int} NOT NULL, -- transactions taken back
    reversed {int} NOT NULL, -- fen of these, with fees
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_total_key ON gt_total (org_id, kind, biz_date, part);

-- Business dates whose totals are made.
CREATE TABLE gt_fold (
    id {int} NOT NULL PRIMARY KEY, -- business date
    prior_date {int} NOT NULL, -- the date that its totals go on from, 0: none
    lines {int} NOT NULL, -- rows of gt_total that it has
    written {int} NOT NULL, -- and how many of them are there: all of them when it is done
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};

-- What is done at certain times by whichever worker comes first.
CREATE TABLE gt_chore (
    id {int} NOT NULL PRIMARY KEY, -- key
    name {key 32} NOT NULL, -- what it is
    at {int} NOT NULL, -- time when it was last begun
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_chore_name ON gt_chore (name);

-- Receipt series, one an operator.
CREATE TABLE gt_series (
    id {int} NOT NULL PRIMARY KEY, -- operator: user
    last_no {int} NOT NULL, -- last number given
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};

-- Receipts.
CREATE TABLE gt_receipt (
    id {int} NOT NULL PRIMARY KEY, -- transaction
    user_id {int} NOT NULL, -- operator
    receipt_no {int} NOT NULL, -- 1, 2, … without a gap in the operator's series
    prints {int} NOT NULL, -- times it was handed out
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_receipt_no ON gt_receipt (user_id, receipt_no);

-- Void numbers: receipts whose paper was spoiled; the transaction took the next number.
CREATE TABLE gt_void (
    id {int} NOT NULL PRIMARY KEY, -- key
    user_id {int} NOT NULL, -- operator in whose series it is
    receipt_no {int} NOT NULL, -- number
    txn_id {int} NOT NULL, -- transaction whose receipt had it
    org_id {int} NOT NULL, -- organisation of the transaction
    shift_id {int} NOT NULL, -- operator's open shift, 0: none
    biz_date {int} NOT NULL, -- business date when it was told
    at {int} NOT NULL, -- time of that
    reason {text 200}, -- why
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_void_no ON gt_void (user_id, receipt_no);
CREATE INDEX gt_void_user ON gt_void (user_id, id);

-- Batches: a series per account and terminal.
CREATE TABLE gt_batch (
    id {int} NOT NULL PRIMARY KEY, -- key
    account_id {int} NOT NULL, -- account
    terminal_id {int} NOT NULL, -- terminal
    batch_no {int} NOT NULL, -- 1, 2, … without a gap
    user_id {int} NOT NULL, -- operator who opened it; of a shift, the only one in it
    shift_id {int} NOT NULL, -- shift, 0: none
    biz_date {int} NOT NULL, -- business date
    opened_at {int} NOT NULL, -- time
    from_seq {int} NOT NULL, -- its transactions are in the account's from this place
    last_seq {int} NOT NULL, -- to this one, 0: open
    closed_at {int} NOT NULL, -- time, 0: open
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_batch_no ON gt_batch (account_id, terminal_id, batch_no);
CREATE INDEX gt_batch_open ON gt_batch (closed_at, biz_date);
CREATE INDEX gt_batch_shift ON gt_batch (shift_id);

-- Shifts of those who collect: a series per user.
CREATE TABLE gt_shift (
    id {int} NOT NULL PRIMARY KEY, -- key
    user_id {int} NOT NULL, -- whose
    shift_no {int} NOT NULL, -- 1, 2, … without a gap
    account_id {int} NOT NULL, -- account that it collects on
    org_id {int} NOT NULL, -- organisation of the account, in whose safe the float lies
    open_key {key 64} NOT NULL, -- key of the opening, so that it is done once
    float_amount {int} NOT NULL, -- fen of change it began with
    opened_at {int} NOT NULL, -- time
    open_date {int} NOT NULL, -- business date then
    state {int} NOT NULL, -- 1 open, 2 counted: takes no more transactions, 3 closed
    repaid {int} NOT NULL, -- fen of an earlier short that were put in during it
    kept {int} NOT NULL, -- fen of released sales whose cash was not given back: to suspense at the close
    counts {int} NOT NULL, -- counts: rows of gt_count
    counted {int} NOT NULL, -- fen of the last count
    apart {int} NOT NULL, -- fen of it set apart for what was in doubt
    counted_at {int} NOT NULL, -- time of the first count, 0: not counted
    pending {int} NOT NULL, -- transactions in doubt at the close
    pending_cash {int} NOT NULL, -- fen of cash of these
    expected {int} NOT NULL, -- fen that should have been there at the close
    difference {int} NOT NULL, -- fen counted less apart and expected: over, or below zero short
    note {text 200}, -- why they differ
    close_key {key 64}, -- key of the close
    closed_by {int} NOT NULL, -- user who closed it, -1: a command
    closed_at {int} NOT NULL, -- time, 0: not closed
    close_date {int} NOT NULL, -- business date then
    slip_id {int} NOT NULL, -- slip that counts its difference, 0: none yet
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_shift_no ON gt_shift (user_id, shift_no);
CREATE UNIQUE INDEX gt_shift_key ON gt_shift (user_id, open_key);
CREATE INDEX gt_shift_slip ON gt_shift (account_id, slip_id);
CREATE INDEX gt_shift_state ON gt_shift (state, org_id);

-- What became of the cash of a sale that was in doubt and then released.
CREATE TABLE gt_cash_back (
    id {int} NOT NULL PRIMARY KEY, -- transaction
    user_id {int} NOT NULL, -- who took the money
    account_id {int} NOT NULL, -- account of it
    amount {int} NOT NULL, -- fen, with the fee
    kept {int} NOT NULL, -- 0 it was given back, 1 it was kept
    shift_id {int} NOT NULL, -- shift in whose drawer it is, 0: in none
    biz_date {int} NOT NULL, -- business date when this was told
    at {int} NOT NULL, -- time of that
    given_id {int} NOT NULL, -- shift that gave it back later out of its drawer, 0: none
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE INDEX gt_cash_back_shift ON gt_cash_back (shift_id);
CREATE INDEX gt_cash_back_given ON gt_cash_back (given_id);

-- Counts of a shift's drawer: blind, the figures are shown afterwards.
CREATE TABLE gt_count (
    id {int} NOT NULL PRIMARY KEY, -- key
    shift_id {int} NOT NULL, -- shift
    count_no {int} NOT NULL, -- 1, 2, … without a gap
    count_key {key 64} NOT NULL, -- key of it, so that it is done once
    total {int} NOT NULL, -- fen
    apart {int} NOT NULL, -- fen of it set apart for what is in doubt
    lines {int} NOT NULL, -- rows of gt_count_line
    by_id {int} NOT NULL, -- user who counted, -1: a command
    at {int} NOT NULL, -- time
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_count_no ON gt_count (shift_id, count_no);
CREATE UNIQUE INDEX gt_count_once ON gt_count (shift_id, count_key);

-- Notes and coins of a count.
CREATE TABLE gt_count_line (
    id {int} NOT NULL PRIMARY KEY, -- count times 16 and line
    denomination {int} NOT NULL, -- fen of one
    pieces {int} NOT NULL, -- how many
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};

-- Day closes: what an organisation declares of a business date, and whether the level above agrees.
CREATE TABLE gt_day (
    id {int} NOT NULL PRIMARY KEY, -- key
    org_id {int} NOT NULL, -- organisation
    biz_date {int} NOT NULL, -- business date
    up_id {int} NOT NULL, -- day close of the level above that counts it, 0: none yet
    state {int} NOT NULL, -- 1 to be declared again, 2 declared, 3 confirmed
    rounds {int} NOT NULL, -- times it was declared
    differs {int} NOT NULL, -- lines that differ from ours
    declared_by {int} NOT NULL, -- user who declared it last, -1: a command
    declared_at {int} NOT NULL, -- time
    confirmed_by {int} NOT NULL, -- user who confirmed it, 0: nobody
    confirmed_at {int} NOT NULL, -- time, 0: not confirmed
    note {text 200}, -- why it differs
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_day_org ON gt_day (biz_date, org_id);
CREATE INDEX gt_day_up ON gt_day (up_id);

-- What a day close says of each business; it has five of them.
CREATE TABLE gt_day_line (
    id {int} NOT NULL PRIMARY KEY, -- day close times 16 and line
    op {int} NOT NULL, -- operation: 1 pay 2 recharge 3 open 4 replace 7 reverse
    own_count {int} NOT NULL, -- by our figures, without those below: how many
    own_amount {int} NOT NULL, -- fen
    ours_count {int} NOT NULL, -- by our figures, with those below
    ours_amount {int} NOT NULL, -- fen
    told_count {int} NOT NULL, -- as declared
    told_amount {int} NOT NULL, -- fen
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};

-- Remittance slips: a series per account.
CREATE TABLE gt_slip (
    id {int} NOT NULL PRIMARY KEY, -- key
    account_id {int} NOT NULL, -- account whose money goes up
    slip_no {int} NOT NULL, -- 1, 2, … without a gap
    kind {int} NOT NULL, -- kind of the account: 1 cashier, 2 agent, 3 safe of an organisation
    org_id {int} NOT NULL, -- organisation of the account
    to_org_id {int} NOT NULL, -- organisation that receives it
    to_bank {int} NOT NULL, -- 1: it ends in the bureau's bank, 0: in the receiver's safe
    maker_id {int} NOT NULL, -- user who made it, -1: a command
    slip_key {key 64} NOT NULL, -- key of the making, so that it is done once
    made_at {int} NOT NULL, -- time
    made_date {int} NOT NULL, -- business date then
    due {int} NOT NULL, -- fen: money of its lines and shifts, less what was prepaid
    prepaid {int} NOT NULL, -- fen of these that deposits had repaid already
    amount {int} NOT NULL, -- fen remitted; an agent may give more than is due
    lines {int} NOT NULL, -- rows of gt_slip_line
    shifts {int} NOT NULL, -- shifts whose difference it counts
    state {int} NOT NULL, -- 1 submitted, 2 received, 3 banked, 4 returned
    bank {text 40}, -- bank
    bank_no {text 40}, -- number of the bank's slip
    bank_date {int} NOT NULL, -- date on it, 0: none
    received_no {int} NOT NULL, -- place in what the receiver's safe received, 0: none
    received_by {int} NOT NULL, -- user who received or returned it, 0: nobody yet
    received_at {int} NOT NULL, -- time of that
    received_date {int} NOT NULL, -- business date of that
    banked_by {int} NOT NULL, -- user who found it in the bank, 0: nobody yet
    banked_at {int} NOT NULL, -- time of that
    banked_date {int} NOT NULL, -- business date of that
    note {text 200}, -- why it was returned
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_slip_no ON gt_slip (account_id, slip_no);
CREATE UNIQUE INDEX gt_slip_once ON gt_slip (maker_id, slip_key);
CREATE INDEX gt_slip_to ON gt_slip (to_org_id, received_no);
CREATE INDEX gt_slip_org ON gt_slip (org_id, id);
CREATE INDEX gt_slip_at ON gt_slip (to_org_id, id);
CREATE INDEX gt_slip_state ON gt_slip (state, to_bank);

-- What a slip is made of: a range of batches of a terminal, or of slips received.
CREATE TABLE gt_slip_line (
    id {int} NOT NULL PRIMARY KEY, -- slip times 256 and line
    account_id {int} NOT NULL, -- account of the slip
    source_id {int} NOT NULL, -- terminal whose batches these are, 0: slips received
    first_no {int} NOT NULL, -- first batch, or place in what was received
    last_no {int} NOT NULL, -- last one
    amount {int} NOT NULL, -- fen of them
    live {int} NOT NULL, -- 1; 0 when the slip was returned
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE INDEX gt_slip_line_of ON gt_slip_line (account_id, source_id, live, last_no);

-- Pictures and papers that people put beside what they decide on.
CREATE TABLE gt_attachment (
    id {int} NOT NULL PRIMARY KEY, -- key
    owner_kind {int} NOT NULL, -- 1 a slip, 2 an item
    owner_id {int} NOT NULL, -- slip or item
    type {int} NOT NULL, -- 1 PNG, 2 JPEG, 3 PDF, told by its bytes
    name {text 80} NOT NULL, -- name of the file
    size {int} NOT NULL, -- bytes
    parts {int} NOT NULL, -- rows of gt_attachment_part
    digest {key 64} NOT NULL, -- SHA-256 of the bytes, hex
    made_by {int} NOT NULL, -- user who put it there
    made_at {int} NOT NULL, -- time
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_attachment_once ON gt_attachment (owner_kind, owner_id, digest);

-- The bytes of attachments, in parts.
CREATE TABLE gt_attachment_part (
    id {int} NOT NULL PRIMARY KEY, -- attachment times 256 and part
    data {doc} NOT NULL, -- up to 24,000 bytes in base64
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};

-- Refunds that were asked for: what to give back, how, and the transaction that did it.
CREATE TABLE gt_refund (
    id {int} NOT NULL PRIMARY KEY, -- approval that permits it
    orig_id {int} NOT NULL, -- transaction that is taken back
    org_id {int} NOT NULL, -- organisation of the original
    amount {int} NOT NULL, -- fen
    method {key 12} NOT NULL, -- how it is given back: cash at a window, or transfer from the bank
    red_no {key 40}, -- number of the red entry that was made in the marketing system, none: we ask for it
    maker_id {int} NOT NULL, -- user who asked
    made_at {int} NOT NULL, -- time
    txn_id {int} NOT NULL, -- refund, or reversal, in flight or done under it, 0: none
    bank_no {text 40}, -- number of the bank's slip, of a transfer that was made
    paid_by {int} NOT NULL, -- user who made the transfer, 0: nobody yet
    paid_at {int} NOT NULL, -- time of that
    paid_date {int} NOT NULL, -- business date of that
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE INDEX gt_refund_orig ON gt_refund (orig_id, id);
CREATE INDEX gt_refund_maker ON gt_refund (maker_id, id);
CREATE INDEX gt_refund_org ON gt_refund (org_id, id);

-- Items: differences that reconciling found, until somebody has closed them.
CREATE TABLE gt_item (
    id {int} NOT NULL PRIMARY KEY, -- key
    finding {key 64} NOT NULL, -- SHA-256 of what it is about: found again, it is the same row
    source {int} NOT NULL, -- 1 a marketing system, 2 between organisations, 3 a drawer
    class {int} NOT NULL, -- 1 other date 2 amount 3 state 4 only ours 5 only theirs 6 twice 7 count 8 money 9 kept cash
    org_id {int} NOT NULL, -- organisation whose it is
    system {key 16}, -- marketing system
    biz_date {int} NOT NULL, -- date that was reconciled
    txn_id {int} NOT NULL, -- transaction, 0: only theirs
    ref {key 40}, -- their number of it
    op {int} NOT NULL, -- business, 0: not of one
    found_at {int} NOT NULL, -- time
    ours {int} NOT NULL, -- our figure: fen, or how many
    theirs {int} NOT NULL, -- theirs
    note {text 200}, -- what else the finder knew
    state {int} NOT NULL, -- 1 open, 2 in suspense, 3 closed
    action {int} NOT NULL, -- what was done last: 1 agreed 2 accepted 3 adjusted 4 reversed 5 sent again 6 to suspense 7 cleared 8 refunded
    approval_id {int} NOT NULL, -- approval of the last action that was asked for, 0: none
    reason {text 200}, -- why
    maker_id {int} NOT NULL, -- user who asked for what was done, 0: nobody
    checker_id {int} NOT NULL, -- user who decided it, 0: nobody
    suspense {int} NOT NULL, -- fen of it in suspense: above zero we owe it
    closed_at {int} NOT NULL, -- time, 0: not closed
    closed_date {int} NOT NULL, -- business date then, 0: not closed
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_item_finding ON gt_item (finding);
CREATE INDEX gt_item_date ON gt_item (biz_date, source, system, id);
CREATE INDEX gt_item_state ON gt_item (state, id);
CREATE INDEX gt_item_org ON gt_item (org_id, state, id);
CREATE INDEX gt_item_txn ON gt_item (txn_id, id);

-- Routes of meters that somebody reads in a period.
CREATE TABLE gt_round (
    id {int} NOT NULL PRIMARY KEY, -- key
    system {key 16} NOT NULL, -- marketing system
    route_no {key 32} NOT NULL, -- its number of the route
    period {int} NOT NULL, -- yyyymm
    name {text 80}, -- what the route is called
    user_id {int} NOT NULL, -- reader
    tasks {int} NOT NULL, -- rows of gt_reading that are there
    fetched_at {int} NOT NULL, -- time of the last download
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_round_route ON gt_round (system, route_no, period);
CREATE INDEX gt_round_user ON gt_round (user_id, id);
CREATE INDEX gt_round_period ON gt_round (period);

-- Meters to be read, and what they showed; hundredths of a kWh.
CREATE TABLE gt_reading (
    id {int} NOT NULL PRIMARY KEY, -- key
    round_id {int} NOT NULL, -- round
    seq {int} NOT NULL, -- place in the round, from 1
    task_no {key 32} NOT NULL, -- the marketing system's number of the task
    customer_no {key 32} NOT NULL, -- customer
    customer_name {text 80}, -- name
    address {text 160}, -- address
    meter_no {key 32}, -- meter
    last_read {int} NOT NULL, -- what it showed last, -1: not told
    last_date {int} NOT NULL, -- date of that, 0: not told
    usual {int} NOT NULL, -- kWh of a usual period, 0: not told
    factor {int} NOT NULL, -- what the meter shows times this was used
    state {int} NOT NULL, -- 1 open 2 waits for an answer 3 accepted 4 refused
    reading {int} NOT NULL, -- what it shows
    read_at {int} NOT NULL, -- time it was read, as the reader says
    confirmed {int} NOT NULL, -- 1: the reader was warned and says that it is so
    user_id {int} NOT NULL, -- who read it, 0: nobody yet
    terminal_id {int} NOT NULL, -- terminal it came from
    trace_no {int} NOT NULL, -- trace number it came under
    due_at {int} NOT NULL, -- time from which it is sent again, 0: it is not
    tries {int} NOT NULL, -- how often it was sent
    outcome {int} NOT NULL, -- outcome, of one that was answered
    note {text 200}, -- what the marketing system said
    decided_at {int} NOT NULL, -- time of the answer
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_reading_task ON gt_reading (task_no, round_id);
CREATE UNIQUE INDEX gt_reading_seq ON gt_reading (round_id, seq);
CREATE INDEX gt_reading_state ON gt_reading (round_id, state);
CREATE INDEX gt_reading_due ON gt_reading (state, due_at);
CREATE INDEX gt_reading_trace ON gt_reading (terminal_id, trace_no);

-- What reconciling with a marketing system came to, one row a system and date.
CREATE TABLE gt_recon (
    id {int} NOT NULL PRIMARY KEY, -- key
    system {key 16} NOT NULL, -- marketing system
    biz_date {int} NOT NULL, -- date
    state {int} NOT NULL, -- 1 agreed, 2 differs, 3 could not be done
    lined {int} NOT NULL, -- 1: looked at line by line, 0: the totals were enough
    ours_count {int} NOT NULL, -- transactions that stand in the journal
    ours_amount {int} NOT NULL, -- fen of these, with fees
    theirs_count {int} NOT NULL, -- transactions that stand upstream
    theirs_amount {int} NOT NULL, -- fen of these
    lines {int} NOT NULL, -- lines of the statement
    matched {int} NOT NULL, -- serials on which both agree
    n_date {int} NOT NULL, -- differences: booked on another date
    n_amount {int} NOT NULL, -- other amount
    n_state {int} NOT NULL, -- other state
    n_ours {int} NOT NULL, -- only ours
    n_theirs {int} NOT NULL, -- only theirs
    n_twice {int} NOT NULL, -- theirs twice
    n_ruled {int} NOT NULL, -- of these no item, by a rule that a parameter set
    doubt {int} NOT NULL, -- transactions of the date that stayed in doubt
    why {text 200}, -- why it could not be done
    began_at {int} NOT NULL, -- time of the run that says so
    ended_at {int} NOT NULL, -- time it ended
    by_whom {text 80} NOT NULL, -- who wanted it, or schedule
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_recon_of ON gt_recon (biz_date, system);

-- Runs of reconciliation that are wanted, or go on; a row goes when its run has ended.
CREATE TABLE gt_recon_job (
    id {int} NOT NULL PRIMARY KEY, -- key
    system {key 16} NOT NULL, -- marketing system
    biz_date {int} NOT NULL, -- date
    lined {int} NOT NULL, -- 1: line by line, even if the totals agree
    phase {int} NOT NULL, -- 0 wanted 1 doubt 2 totals 3 fetch 4 sort 5 match 6 days beside 7 inquiries 8 items
    done {int} NOT NULL, -- how much of the phase is done
    total {int} NOT NULL, -- of how much, 0: not known
    owner {int} NOT NULL, -- run that works on it, 0: none yet
    made_at {int} NOT NULL, -- time
    seen_at {int} NOT NULL, -- time of the last save by its run
    by_whom {text 80} NOT NULL, -- who wants it, or schedule
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_recon_job_of ON gt_recon_job (biz_date, system);

-- Chains of the operation log: one a writing process that logged something.
CREATE TABLE gt_chain (
    id {int} NOT NULL PRIMARY KEY, -- key
    opened_at {int} NOT NULL, -- time of its first row
    members {int} NOT NULL, -- rows it has: a removed last one shows
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};

-- The operation log: a chain per writing process.
CREATE TABLE gt_oplog (
    id {int} NOT NULL PRIMARY KEY, -- chain times 1000000000 and seq
    chain {int} NOT NULL, -- writing process
    seq {int} NOT NULL, -- 1, 2, … without a gap
    at {int} NOT NULL, -- time
    who {key 80} NOT NULL, -- user, or the operating system's user of a command
    origin {key 64}, -- address it came from
    what {key 48} NOT NULL, -- action: org.add, terminal.secret …
    object {key 80}, -- object
    detail {text 400}, -- before and after
    prev {key 64}, -- digest of the row before in the chain
    version {int} NOT NULL, -- saves of the row
    seal {key 64} -- seal of the row
){table};
CREATE UNIQUE INDEX gt_oplog_seq ON gt_oplog (chain, seq);
CREATE INDEX gt_oplog_at ON gt_oplog (at);
CREATE INDEX gt_oplog_object ON gt_oplog (object, at);
CREATE INDEX gt_oplog_who ON gt_oplog (who, at);
CREATE INDEX gt_oplog_what ON gt_oplog (what, at);
