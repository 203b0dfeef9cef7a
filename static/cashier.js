// What the cashier page does besides being read: keys, sums while one types, sending a form until
// its answer is known, waiting for what is in doubt, and the receipt.  Every business works without it.
'use strict';

const one = (css, within = document) => within.querySelector(css);
const many = (css, within = document) => [...within.querySelectorAll(css)];
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// --- money: whole fen, as everywhere

// Fen of what was typed as yuan; null if that is no amount.
function fenOf(text) {
    const found = /^(\d{0,9})(?:\.(\d{0,2}))?$/.exec(text.replace(/[,\s]/g, ''));
    return found && text.trim() !== '.' ? Number(found[1] || 0) * 100 + Number((found[2] || '').padEnd(2, '0')) : null;
}

function yuanOf(fen) {
    const text = String(Math.abs(fen)).padStart(3, '0');
    const whole = text.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
    return `${fen < 0 ? '-' : ''}¥${whole}.${text.slice(-2)}`;
}

// --- the cursor and the keys

// Where the next thing is typed.
const place = () => one('.is-invalid') || one('[data-focus]');

function keyPressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey)
        return;
    const name = event.key === 'Escape' ? 'Esc' : event.key;
    const found = /^(F\d+|Esc)$/.test(name) && one(`[data-key="${name}"]`);
    if (found) {
        event.preventDefault();
        if (!document.body.dataset.busy)
            found.click();
    } else if (name.length === 1 && !document.activeElement?.matches('input, textarea, select')) {
        place()?.focus(); // what is typed or scanned goes where the next thing is typed
    }
}

// --- the sale: sums

function dueOf(form) {
    const amount = one('[data-amount]', form);
    if (amount)
        return fenOf(amount.value);
    const bills = many('[data-fen]:checked', form).reduce((sum, box) => sum + Number(box.dataset.fen), 0);
    const advance = fenOf(one('[data-advance]', form).value);
    return advance === null ? null : bills + advance;
}

function showSums(form) {
    const due = dueOf(form);
    const tendered = fenOf(one('[data-tendered]', form).value);
    const change = due !== null && tendered ? tendered - due : 0;
    const shown = one('[data-change]', form);
    if (one('[data-due]', form) && due !== null)
        one('[data-due]', form).textContent = yuanOf(due);
    shown.textContent = yuanOf(change);
    shown.classList.toggle('till-short', change < 0);
    many('[data-cash]', form).forEach((part) => { part.hidden = one('[name="method"]:checked', form)?.value !== 'cash'; });
}

// --- the drawer

function showCounted(form) {
    const total = many('[name^="pieces_"]', form).reduce((sum, box) => sum + Number(box.name.slice(7)) * (Number(box.value) || 0), 0);
    one('[data-counted]', form).textContent = yuanOf(total);
}

// --- meter readings: Enter goes to the next meter, and sends behind the last one

function walkOn(event) {
    if (event.key !== 'Enter' || !event.target.matches('[data-read]'))
        return;
    const boxes = many('[data-read]');
    const next = boxes[boxes.indexOf(event.target) + 1];
    if (next) {
        event.preventDefault();
        next.focus();
        next.select();
    }
}

// --- sending

// Sends a form; where the answer is lost, again: under the same trace number it is the same order.
async function send(form, lost) {
    const body = new URLSearchParams(new FormData(form));
    for (;;) {
        try {
            const reply = await fetch(form.action, { method: 'POST', body });
            if (![502, 503, 504].includes(reply.status))
                return reply;
        } catch {
            // Whether it arrived is told by the next answer.
        }
        lost();
        await pause(1500);
    }
}

// Shows the page that came as an answer.
function showPage(text) {
    const page = new DOMParser().parseFromString(text, 'text/html');
    document.body.replaceWith(document.adoptNode(page.body));
    begin();
}

async function order(form) {
    const status = one('[data-status]', form);
    const begun = Date.now();
    let words = null;
    const show = () => {
        const seconds = Math.floor((Date.now() - begun) / 1000);
        status.textContent = `${words || form.dataset[seconds < 3 ? 'wait' : 'slow']}${seconds ? ` ${seconds} s` : ''}`;
    };
    document.body.dataset.busy = '1';
    if (!form.matches('[data-confirm]')) // of what is to be confirmed, the card knows more
        sessionStorage.setItem('underway', form.elements.trace.value);
    keepReading(form);
    one('button[type="submit"]', form).setAttribute('aria-disabled', 'true');
    show();
    const timer = setInterval(show, 1000);
    const reply = await send(form, () => { words = form.dataset.cut; });
    clearInterval(timer);
    if (reply.redirected) {
        location.replace(reply.url);
    } else {
        sessionStorage.removeItem('underway');
        showPage(await reply.text());
    }
}

// A page that was left or loaded anew before its answer came asks what became of its order.  True:
// that is where the browser now goes.
function findBack() {
    const trace = sessionStorage.getItem('underway');
    if (!trace)
        return false;
    if (one('#result')?.dataset.trace === trace) {
        sessionStorage.removeItem('underway');
        return false;
    }
    location.replace(`/cashier/done?trace=${trace}`);
    return true;
}

// --- in doubt: looked at every second until it is known; what has not arrived may be on its way

async function watch() {
    const shown = one('#result');
    const clock = one('[data-seconds]', shown);
    for (let round = 1; shown.isConnected && (clock || round < 30); round++) {
        await pause(1000);
        if (clock)
            clock.textContent = Number(clock.dataset.seconds) + round;
        try {
            const reply = await fetch(location.href, { redirect: 'error' });
            const text = reply.ok ? await reply.text() : '';
            const fresh = one('#result', new DOMParser().parseFromString(text, 'text/html'));
            if (fresh && fresh.dataset.state !== shown.dataset.state) {
                showPage(text);
                return;
            }
        } catch {
            // Away for a moment: what is shown stays true, and is asked for again.
        }
    }
}

// --- receipts

// Counts a print, and prints what then stands on the receipt.
async function printReceipt(form) {
    const reply = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    const fresh = new DOMParser().parseFromString(await reply.text(), 'text/html');
    const paper = one('#paper', fresh);
    if (!reply.ok || !paper) {
        location.assign(reply.url);
        return;
    }
    one('#paper').replaceWith(document.adoptNode(paper));
    beginReceipt();
    window.print();
}

function beginReceipt() {
    const form = one('[data-print-form]');
    form?.addEventListener('submit', (event) => {
        event.preventDefault();
        printReceipt(form);
    }, { once: true });
    if (form?.matches('[data-print-first]'))
        printReceipt(form);
}

// --- how long it took: from the first digit of the number to the answer

function showTime() {
    const clock = one('#clock');
    const find = one('.till-find');
    find?.addEventListener('input', () => sessionStorage.setItem('begun', Date.now()), { once: true });
    const begun = Number(sessionStorage.getItem('begun'));
    if (begun && one('#result')?.dataset.state === 'posted') {
        sessionStorage.removeItem('begun');
        clock.textContent = `${clock.dataset.label} ${((Date.now() - begun) / 1000).toFixed(1)} s`;
    }
}

function begin() {
    if (findBack())
        return;
    const form = one('[data-order]');
    const at = place();
    many('[data-order]').forEach((one) => one.addEventListener('submit', (event) => {
        event.preventDefault();
        if (!document.body.dataset.busy && (!one.dataset.card || one.dataset.ready))
            order(one);
    }));
    if (one('[data-sale]')) {
        form.addEventListener('input', () => showSums(form));
        showSums(form);
    }
    const count = one('[data-count]');
    count?.addEventListener('input', () => showCounted(count));
    at?.focus();
    at?.select?.();
    showTime();
    if (['doubt', 'pending', 'absent'].includes(one('#result')?.dataset.state))
        watch();
    beginReceipt();
    beginCard();
    if (one('[data-print-now]'))
        window.print();
}

document.addEventListener('keydown', keyPressed);
document.addEventListener('keydown', walkOn);
// A page that the browser had kept is shown as it was, without its script beginning anew.
window.addEventListener('pageshow', (event) => event.persisted && findBack());
begin();
