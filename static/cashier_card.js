// Cards at the cashier's desk: the page speaks to the bridge on this PC (gridtill-card), which reads
// and writes the card.  Whether a card carries a purchase is only said by the card itself.
'use strict';

const english = document.documentElement.lang === 'en';

// Asks the bridge; where it does not answer, that is a state like any other.
async function ask(path, packet) {
    const base = one('[data-bridge]').dataset.bridge;
    const options = packet ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(packet) } : {};
    try {
        const answer = await (await fetch(base + path, options)).json();
        localStorage.setItem('bridge', '1');
        return answer;
    } catch {
        return { state: 'no_bridge', result: 'unknown' };
    }
}

// Says where the card stands.
function sayCard(within, answer, words) {
    const status = one('[data-card-status]', within);
    status.textContent = words || (answer.state === 'no_bridge' ? status.dataset.nobridge : english ? answer.text_en : answer.text);
}

function fillCard(form, card) {
    const values = { no: card.card_no, meter: card.meter_no, count: card.purchase_count, return: card.return_file, random: card.random };
    for (const [name, value] of Object.entries(values))
        one(`[name="card_${name}"]`, form).value = value ?? '';
}

// Why this card is not the one the form wants; '' if it is.
function wrongCard(form, card) {
    const words = one('[data-card-status]', form).dataset;
    const wanted = form.dataset.card;
    if (wanted === 'blank')
        return card.kind === 'blank' ? '' : words.wantblank;
    if (wanted === 'own')
        return card.customer_no === form.elements.customer.value ? '' : `${words.other} ${card.customer_no || card.card_no}`;
    return card.card_no === wanted ? '' : `${words.other} ${card.card_no}`;
}

// Keeps a form's card true: read when it is put in, forgotten when it is taken out.
async function watchCard(form) {
    for (let seen = null; form.isConnected && !document.body.dataset.busy; await pause(700)) {
        const now = await ask('/status');
        if (now.state !== 'card') {
            seen = null;
            delete form.dataset.ready;
            sayCard(form, now);
        } else if (now.changes !== seen) {
            const read = await ask('/card');
            const wrong = read.card ? wrongCard(form, read.card) : '';
            seen = read.card ? read.changes : null;
            delete form.dataset.ready;
            if (read.card && !wrong) {
                fillCard(form, read.card);
                form.dataset.ready = '1';
                sayCard(form, read, `${one('[data-card-status]', form).dataset.there} ${read.card.card_no}`);
            } else {
                sayCard(form, read, wrong);
            }
        }
    }
}

// Remembers for which reading of the card an order was made: its packet is for that one.
function keepReading(form) {
    if (form.elements.card_random?.value)
        sessionStorage.setItem(`random ${form.elements.trace.value}`, form.elements.card_random.value);
}

// Writes what was bought, until the card says that it carries it; else offers to write it again.
async function writeCard(box) {
    const packet = {
        card_no: box.dataset.cardno,
        random: sessionStorage.getItem(`random ${box.dataset.trace}`),
        purchase_count: Number(box.dataset.count),
        data: box.dataset.data,
        macs: box.dataset.macs.split(' '),
    };
    const again = one('[data-rewrite]', box);
    for (; box.isConnected; await pause(700)) {
        if (packet.random) {
            const done = await ask('/card/write', packet);
            sayCard(box, done);
            if (done.result === 'written') {
                order(one('[data-confirm]', box));
                return;
            }
            if (done.result === 'unknown')
                continue; // the same packet again: it is written only where it is not there
            sessionStorage.removeItem(`random ${box.dataset.trace}`);
            packet.random = null;
        }
        const read = await ask('/card');
        if (!read.card || read.card.card_no !== packet.card_no) {
            sayCard(box, read, read.card && `${one('[data-card-status]', box).dataset.other} ${read.card.card_no}`);
        } else if (read.card.purchase_count === packet.purchase_count) {
            order(one('[data-confirm]', box));
            return;
        } else {
            fillCard(again, read.card);
            again.hidden = false;
            one('button', again).focus();
            return;
        }
    }
}

// A card that is put in is a number that is typed.
async function watchDesk() {
    for (let seen = null; one('[data-desk]') && localStorage.getItem('bridge'); await pause(1000)) {
        const now = await ask('/status');
        if (now.state !== 'card' || now.changes === seen)
            continue;
        seen = now.changes;
        const read = await ask('/card');
        if (read.card?.customer_no && one('[data-desk]') && !one('#f-q').value) {
            sessionStorage.setItem('begun', Date.now());
            location.assign(`/cashier?q=${encodeURIComponent(read.card.customer_no)}`);
            return;
        }
    }
}

function beginCard() {
    const form = one('form[data-card]');
    const box = one('[data-write]');
    if (form)
        watchCard(form);
    if (box)
        writeCard(box);
    if (one('[data-desk]'))
        watchDesk();
}
