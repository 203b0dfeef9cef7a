"""Hands with a keyboard and no mouse: Tab until something is reached; what they meet on a page, and how it looks there.

Keys are sent to the page as the keyboard's driver would send them, so that it is the browser that decides where Tab goes.
"""

from selenium.webdriver.common.keys import Keys

# What Tab should stop at; of a group of radio buttons, one.
STOPS = """
const wanted = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter((e) =>
    e.tabIndex >= 0 && !e.disabled && e.type !== 'hidden' && e.checkVisibility({visibilityProperty: true}));
const groups = new Map();
wanted.filter((e) => e.type === 'radio').forEach((e) => {
    if (!groups.has(e.name) || e.checked)
        groups.set(e.name, e);
});
const stops = wanted.filter((e) => e.type !== 'radio' || groups.get(e.name) === e);
"""
# Remembers what was focused, and how it then looked.
WATCH = """
const looks = (e) => {
    const s = getComputedStyle(e);
    return {outline: s.outlineStyle === 'none' ? 0 : parseFloat(s.outlineWidth), colour: s.outlineColor};
};
window.met = [];
window.looks = looks;
document.addEventListener('focusin', (event) => window.met.push([event.target, looks(event.target)]), true);
"""
FIRST_AGAIN = "return window.met.length > 1 && window.met.slice(1).some(([e]) => e === window.met[0][0]);"
# What is wrong with the way that was gone: places left out, order, sight.
JUDGE = STOPS + """
const met = [...new Set(window.met.map(([e]) => e))], wrong = [];
const name = (e) => e.outerHTML.replace(/\\s+/g, ' ').slice(0, 110);
const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((n) => n / 255).map((n) => n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = (e) => {
    for (let at = e.parentElement; at; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        if (!/, 0\\)$|^transparent$/.test(colour))
            return colour;
    }
    return 'rgb(255, 255, 255)';
};
const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
stops.filter((e) => !met.includes(e)).forEach((e) => wrong.push(['never reached', name(e)]));
const first = stops.indexOf(met[0]);
const order = [...stops.slice(first), ...stops.slice(0, first)];
const way = met.filter((e) => stops.includes(e));
way.forEach((e, i) => {
    if (order.filter((o) => met.includes(o))[i] !== e)
        wrong.push(['out of order', name(e)]);
});
new Map(window.met).forEach((look, e) => {
    if (look.outline < 2)
        wrong.push(['focus is not seen', name(e)]);
    else if (contrast(look.colour, ground(e)) < 3)
        wrong.push(['focus is hardly seen', look.colour, ground(e), name(e)]);
});
let before = null;
for (const e of stops) {
    e.focus();
    const box = e.getBoundingClientRect(), line = e.getClientRects()[0];
    const left = Math.max(line.left, 0), top = Math.max(line.top, 0);
    const x = left + Math.min((Math.min(line.right, innerWidth) - left) / 2, 20), y = top + Math.min((Math.min(line.bottom, innerHeight) - top) / 2, 12);
    const there = document.elementFromPoint(x, y);
    if (box.width < 1 || !there || !(e.contains(there) || there.contains(e)) && !(e.labels && [...e.labels].some((l) => l.contains(there))))
        wrong.push(['not in sight when focused', name(e), x, y, innerWidth, innerHeight, there && name(there)]);
    const down = scrollY, here = {top: box.top + down, bottom: box.bottom + down, left: box.left, right: box.right, e};
    if (before && e.closest('main') && before.e.closest('main') && !before.e.closest('.sheet') &&
        (here.bottom <= before.top && here.left <= before.left || here.top < before.bottom - 4 && here.bottom > before.top + 4 && here.right <= before.left))
        wrong.push(['goes back in the page', name(before.e), name(e)]);
    before = here;
}
return [met.length, wrong];
"""


class Keyboard:
    def __init__(self, browser):
        self.browser, self.driver = browser, browser.driver
        # Nothing moves slowly while it is looked at.
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-reduced-motion", "value": "reduce"}]})

    def tab(self, back=False):
        key = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9, "modifiers": 8 if back else 0}
        self.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
        self.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyUp", **key})

    @property
    def at(self):
        """What has the focus."""
        return self.driver.switch_to.active_element

    def matches(self, css):
        return self.driver.execute_script("return document.activeElement.matches(arguments[0])", css)

    def reach(self, css, back=False):
        """Goes on by Tab until what has the focus is this."""
        met = []
        while not self.matches(css):
            assert len(met) < 150, f"Tab never comes to {css}: {met}"
            self.tab(back)
            met.append(self.at.get_attribute("outerHTML")[:60])
        return self

    def type(self, *keys):
        self.at.send_keys(*keys)
        return self

    def fill(self, name, text):
        """Comes to a field of the page and types into it, instead of what stands there."""
        return self.reach(f'main [name="{name}"]').type(Keys.CONTROL, "a", Keys.NULL, text)

    def choose(self, name, value):
        """Comes to a choice and goes down to a value."""
        self.reach(f'main select[name="{name}"]').type(Keys.HOME)
        for _ in range(60):
            if self.at.get_property("value") == value:
                return self
            self.type(Keys.DOWN)
        raise AssertionError(f"{name} has no {value}")

    def enter(self, css=None):
        """Enter, here or there, which leads to another page."""
        if css:
            self.reach(css)
        self.browser.leave(self.at, lambda: self.at.send_keys(Keys.ENTER))
        return self

    def walk(self):
        """Once around the page by Tab; gives how many places it stopped at and what is wrong with them."""
        self.driver.execute_script(WATCH)
        for _ in range(60):
            for _ in range(10):
                self.tab()
            if self.driver.execute_script(FIRST_AGAIN):
                return self.driver.execute_script(JUDGE)
        met = self.driver.execute_script("return window.met.slice(-3).map(([e]) => e.outerHTML.slice(0, 90))")
        return 0, [["Tab never comes around", met]]
