// What pages do besides being read: a second click does nothing, numbers can be copied, "/" goes to
// the search box, columns of lists can be hidden, and live figures keep themselves true.  Everything
// works without it.
'use strict';

// Scripts are run when the page is there: the menu, which scrolls by itself, shows where one is.
document.querySelector('.side [aria-current]')?.scrollIntoView({ block: 'nearest' });

document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.matches('[data-once]'))
        return;
    if (form.dataset.sent) {
        event.preventDefault();
        return;
    }
    form.dataset.sent = '1';
    form.querySelectorAll('button[type="submit"]').forEach((button) => button.setAttribute('aria-disabled', 'true'));
});

// Coming back by the browser's history shows the page as it was: the form may be sent again.
window.addEventListener('pageshow', (event) => {
    if (event.persisted)
        document.querySelectorAll('form[data-sent]').forEach((form) => delete form.dataset.sent);
});

document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-copy]');
    if (button)
        navigator.clipboard.writeText(button.dataset.copy).then(() => {
            button.classList.add('copied');
            setTimeout(() => button.classList.remove('copied'), 1500);
        });
});

document.addEventListener('click', (event) => {
    if (event.target.closest('[data-print]'))
        window.print();
});

document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.altKey || event.metaKey)
        return;
    if (event.target.matches('input, textarea, select'))
        return;
    const box = document.querySelector('[data-shortcut="/"]');
    if (box) {
        event.preventDefault();
        box.focus();
    }
});

// The columns of a list, but for the first, can be hidden: this browser remembers which for each person
// and list, as long as the list has as many columns as it had.
const list = document.querySelector('form.filters') && document.querySelector('main > .sheet > .table');
if (list && list.tHead && [...list.rows].every((row) => row.cells.length === list.tHead.rows[0].cells.length))
    offerColumns(list, [...list.tHead.rows[0].cells].map((head) => head.textContent.trim()));

function offerColumns(table, names) {
    const main = document.querySelector('main');
    const key = `columns ${main.dataset.login} ${location.pathname} ${names.length}`;
    let hidden = [];
    try {
        hidden = JSON.parse(localStorage.getItem(key)) || [];
    } catch {
        // No memory here: it holds until the next page.
    }
    const show = () => [...table.rows].forEach((row) => [...row.cells].forEach((cell, i) => { cell.hidden = hidden.includes(i); }));
    const button = document.createElement('button');
    const box = document.createElement('fieldset');
    Object.assign(button, { type: 'button', className: 'btn btn-sm btn-plain', textContent: main.dataset.columns });
    Object.assign(box, { id: 'columns', className: 'columns', hidden: true });
    button.setAttribute('aria-expanded', 'false');
    button.setAttribute('aria-controls', 'columns');
    button.addEventListener('click', () => {
        box.hidden = !box.hidden;
        button.setAttribute('aria-expanded', String(!box.hidden));
    });
    const legend = document.createElement('legend');
    legend.className = 'visually-hidden';
    legend.textContent = main.dataset.columns;
    box.append(legend);
    names.forEach((name, i) => {
        if (i === 0 || !name)
            return;
        const label = document.createElement('label'), tick = document.createElement('input');
        Object.assign(tick, { type: 'checkbox', className: 'form-check-input', checked: !hidden.includes(i) });
        tick.addEventListener('change', () => {
            hidden = tick.checked ? hidden.filter((n) => n !== i) : [...hidden, i];
            show();
            try {
                localStorage.setItem(key, JSON.stringify(hidden));
            } catch {
                // As above.
            }
        });
        label.append(tick, ` ${name}`);
        box.append(label);
    });
    const place = document.querySelector('.filters .filter-end');
    place.append(' ', button);
    table.parentElement.before(box);
    show();
}

// After a refused form, the first field that is wrong.
document.querySelector('.is-invalid')?.focus();

// Long work that is done in parts: the page of one asks for the next.
document.querySelector('form[data-go-on]')?.requestSubmit();

// Figures that change by themselves: read anew every five seconds while somebody looks, and for five
// minutes after the last sign of them, so that an open page does not keep a session alive.
const live = document.querySelector('[data-live]');
if (live) {
    let touched = Date.now();
    ['pointermove', 'keydown', 'scroll'].forEach((kind) => document.addEventListener(kind, () => { touched = Date.now(); }, { passive: true }));
    setInterval(async () => {
        if (document.hidden || Date.now() - touched > 300000)
            return;
        try {
            const reply = await fetch(location.href, { redirect: 'error' });
            const fresh = new DOMParser().parseFromString(await reply.text(), 'text/html').getElementById(live.id);
            if (reply.ok && fresh)
                live.replaceChildren(...fresh.childNodes);
        } catch {
            // Away for a moment: what is shown stays, and is read again.
        }
    }, 5000);
}
