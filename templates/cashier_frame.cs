<?cs # What the pages of the cashier share: who on the left, what in the middle, the day on the right, keys below. ?>
<?cs # What an outcome says, its number for the telephone, and what upstream said. ?>
<?cs def:said(o) ?><?cs var:o.Text ?><?cs if:o.Code ?> <span class="till-code"><?cs var:o.Code ?><?cs if:o.Said ?> <?cs var:o.Said ?><?cs /if ?></span><?cs /if ?><?cs /def ?>
<?cs # The one box for a number; `focus` says that the cursor stands in it. ?>
<?cs def:find(focus) ?><form method="get" action="/cashier" class="till-find" role="search">
<label class="form-label" for="f-q"><?cs var:W.cashier.q ?></label>
<div class="till-row"><input class="form-control<?cs if:Find.Text ?> is-invalid<?cs /if ?>" type="text" id="f-q" name="q" maxlength="40" autocomplete="off" spellcheck="false" value="<?cs var:Find.Value ?>"<?cs if:Find.Text ?> aria-invalid="true" aria-describedby="e-q"<?cs /if ?><?cs if:focus ?> data-focus<?cs /if ?>><button type="submit" class="btn btn-main"><?cs var:W.cashier.query ?></button></div>
<?cs if:Find.Text ?><div class="invalid-feedback d-block" id="e-q" role="alert"><?cs call:said(Find) ?></div><?cs /if ?>
</form><?cs /def ?>
<?cs def:key(key, path, label) ?><a class="till-key" href="<?cs var:url_validate(path) ?>" data-key="<?cs var:key ?>"><kbd><?cs var:key ?></kbd> <?cs var:label ?></a><?cs /def ?>
<?cs def:credit() ?><section class="till-credit" aria-labelledby="s-credit"><h2 id="s-credit"><?cs var:W.cashier.credit ?></h2>
<p class="credit-left"><strong>¥<?cs var:Day.Available ?></strong></p>
<svg class="credit-bar" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label="<?cs var:W.cashier.credit ?> ¥<?cs var:Day.Available ?> / ¥<?cs var:Day.Whole ?>"><rect class="bar-free" x="0" y="0" width="100" height="4"></rect><rect class="bar-used" x="0" y="0" width="<?cs var:Day.Used ?>" height="4"></rect><rect class="bar-held" x="<?cs var:Day.Used ?>" y="0" width="<?cs var:Day.HeldShare ?>" height="4"></rect></svg>
<dl class="till-figures"><div><dt><?cs var:W.cashier.unremitted ?></dt><dd>¥<?cs var:Day.Unremitted ?></dd></div><?cs if:Day.IsHeld ?><div><dt><?cs var:W.cashier.held ?></dt><dd>¥<?cs var:Day.Held ?></dd></div><?cs /if ?><div><dt><?cs var:W.cashier.whole ?></dt><dd>¥<?cs var:Day.Whole ?></dd></div></dl>
<?cs if:Day.Suspended ?><p class="till-warn"><?cs var:W.cashier.suspended ?></p><?cs elif:Day.Warns ?><p class="till-warn"><?cs var:W.cashier.warns ?></p><?cs /if ?>
<?cs if:Page.Path != "/cashier/account" ?><p class="till-shift"><a href="/cashier/account"><?cs var:W.cashier.title_account ?></a></p><?cs /if ?></section><?cs /def ?>
<?cs def:last() ?><section class="till-last" aria-labelledby="s-last"><h2 id="s-last"><?cs var:W.cashier.last ?></h2>
<?cs if:subcount(Last) > 0 ?><ul><?cs each:l = Last ?><li><a href="/cashier/done?id=<?cs var:l.Id ?>"><span class="till-last-time"><?cs var:l.Time ?></span> <span class="number"><?cs var:l.Customer ?></span></a><span class="till-last-what"><?cs var:l.Op ?> <?cs call:state(l.Kind, l.Word) ?> <span class="figure">¥<?cs var:l.Amount ?></span></span></li><?cs /each ?></ul>
<?cs else ?><p class="empty"><?cs var:W.cashier.no_last ?></p><?cs /if ?></section><?cs /def ?>
<?cs # What the bridge reads of a card, and what it says. ?>
<?cs def:card_fields() ?><input type="hidden" name="card_no"><input type="hidden" name="card_meter"><input type="hidden" name="card_count"><input type="hidden" name="card_return"><input type="hidden" name="card_random"><?cs /def ?>
<?cs def:card_status() ?><p class="till-card" role="status" data-card-status data-nobridge="<?cs var:W.cashier.no_bridge ?>" data-other="<?cs var:W.cashier.other_card ?>" data-wantblank="<?cs var:W.cashier.want_blank ?>" data-there="<?cs var:W.cashier.card_there ?>"><?cs var:W.cashier.card_first ?></p><?cs /def ?>
<?cs # Slips so far: Past. ?>
<?cs def:slips() ?><h2><?cs var:W.cashier.slips ?></h2><?cs if:subcount(Past) > 0 ?><ul class="till-past"><?cs each:p = Past ?><li><a href="/cashier/slip?id=<?cs var:p.Id ?>"><?cs var:p.No ?> · <?cs var:p.Date ?></a> <span class="figure">¥<?cs var:p.Amount ?></span> <?cs call:state(p.Kind, p.Word) ?></li><?cs /each ?></ul><?cs else ?><p class="empty"><?cs var:W.cashier.no_slips ?></p><?cs /if ?><?cs /def ?>
<?cs # Opening a shift; on the first page too, where nothing can be collected without one. ?>
<?cs def:shift_open() ?><form method="post" action="/cashier/shift/open" class="till-sale" data-once autocomplete="off"><input type="hidden" name="token" value="<?cs var:Page.Token ?>"><input type="hidden" name="key" value="<?cs var:Shift.Key ?>">
<?cs if:FormError ?><div class="alert alert-danger" role="alert"><?cs var:FormError ?></div><?cs /if ?>
<p class="till-clear"><?cs var:W.cashier.no_shift ?></p>
<div class="till-due"><label class="till-label" for="f-float"><?cs var:W.cashier.float ?></label><div class="till-amount till-row"><span aria-hidden="true">¥</span><input class="till-input<?cs if:Form.float.Error ?> is-invalid<?cs /if ?>" type="text" inputmode="decimal" id="f-float" name="float" value="<?cs var:Form.float.Value ?>" data-focus<?cs call:hints(Form.float) ?>></div><?cs call:notes(Form.float) ?><p class="form-text"><?cs var:W.cashier.float_note ?></p></div>
<div class="till-go"><button type="submit" class="btn btn-main btn-lg"><?cs var:W.cashier.open_shift ?> <kbd>Enter</kbd></button></div></form><?cs /def ?>
<?cs # How far a round of meter readings is. ?>
<?cs def:progress(r) ?><div class="round-far"><svg class="credit-bar" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label="<?cs var:W.readings.read_of ?> <?cs var:r.Read ?> <?cs var:W.readings.of_all ?> <?cs var:r.Tasks ?>"><rect class="bar-free" x="0" y="0" width="100" height="4"></rect><rect class="bar-used" x="0" y="0" width="<?cs var:r.Share ?>" height="4"></rect></svg><p class="round-counts"><?cs var:W.readings.read_of ?> <strong><?cs var:r.Read ?></strong> / <?cs var:r.Tasks ?> · <?cs var:W.readings.open_left ?> <?cs var:r.Open ?><?cs if:r.Waits ?> · <?cs call:state("doubt", W.readings.waits_left) ?> <?cs var:r.Waits ?><?cs /if ?><?cs if:r.Refused ?> · <?cs call:state("declined", W.readings.refused_left) ?> <a href="/cashier/round?id=<?cs var:r.Id ?>&amp;state=refused"><?cs var:r.Refused ?></a><?cs /if ?></p></div><?cs /def ?>
<?cs def:shift_now() ?><section class="till-last" aria-labelledby="s-shift"><h2 id="s-shift"><?cs var:W.cashier.shift ?></h2><p class="till-shift"><?cs if:Day.ShiftNo ?><?cs var:W.cashier.shift_no ?> <?cs var:Day.ShiftNo ?> · <?cs if:Day.ShiftOpen ?><?cs var:W.cashier.since ?> <?cs var:Day.ShiftSince ?><?cs else ?><?cs var:W.cashier.shift_counted ?><?cs /if ?><?cs else ?><?cs var:W.cashier.shift_none ?><?cs /if ?></p></section><?cs /def ?>
<?cs def:day() ?><aside class="till-day" id="day" aria-label="<?cs var:W.cashier.day ?>"><?cs if:Day.Untold ?><p class="till-warn" role="status"><a href="/cashier/done?id=<?cs var:Day.UntoldId ?>"><?cs var:W.cashier.untold ?> <?cs var:Day.Untold ?></a></p><?cs /if ?><?cs if:Blind ?><?cs call:shift_now() ?><?cs else ?><?cs call:credit() ?><?cs call:shift_now() ?><?cs call:last() ?><?cs /if ?></aside><?cs /def ?>
<?cs def:till_begin(title) ?><?cs call:page_begin(title) ?><h1 class="visually-hidden"><?cs var:title ?></h1>
<div class="till" data-bridge="<?cs var:Bridge ?>"><?cs /def ?>
<?cs # The keys that all pages have, and between them those of the page. ?>
<?cs def:till_keys() ?><?cs call:day() ?></div>
<nav class="till-keys" aria-label="<?cs var:W.cashier.keys ?>"><?cs call:key("F2", "/cashier", W.cashier.key_next) ?>
<?cs if:Day.LastId && !Receipt.Id ?><form method="post" action="/cashier/receipt?id=<?cs var:Day.LastId ?>" class="inline"><input type="hidden" name="token" value="<?cs var:Page.Token ?>"><input type="hidden" name="prints" value="<?cs var:Day.LastPrints ?>"><button type="submit" class="till-key" data-key="F6"><kbd>F6</kbd> <?cs var:W.cashier.key_reprint ?></button></form><?cs /if ?>
<?cs if:Page.Name == "cashier_done" && Done.May ?><?cs call:key("F7", "/cashier/reverse?id=" + Done.Id, W.cashier.reverse) ?><?cs else ?><?cs call:key("F7", "/cashier/last", W.cashier.key_last) ?><?cs /if ?><?cs /def ?>
<?cs def:till_end() ?><?cs call:key("F8", "/cashier/shift", W.cashier.key_shift) ?><?cs if:Frame.Reads ?><?cs call:key("F9", "/cashier/readings", W.cashier.key_read) ?><?cs /if ?><?cs call:key("F10", "/cashier/remit", W.cashier.key_remit) ?><?cs call:key("Esc", "/cashier", W.cashier.key_back) ?>
<span class="till-clock" id="clock" data-label="<?cs var:W.cashier.took ?>"></span></nav>
<script src="/static/cashier_card.js" defer></script>
<script src="/static/cashier.js" defer></script>
<?cs call:page_end() ?><?cs /def ?>
<?cs def:paper(value, label) ?><button type="submit" class="btn btn-sm btn-plain" name="paper" value="<?cs var:value ?>"<?cs if:Receipt.Paper == value ?> aria-pressed="true"<?cs else ?> aria-pressed="false"<?cs /if ?>><?cs var:label ?></button><?cs /def ?>
<?cs # The paper of this PC. ?>
<?cs def:papers() ?><form method="post" action="/cashier/paper" class="till-papers"><input type="hidden" name="token" value="<?cs var:Page.Token ?>"><input type="hidden" name="back" value="<?cs var:Page.Here ?>"><span class="form-text"><?cs var:W.cashier.paper ?></span> <?cs call:paper("80", W.cashier.paper_80) ?> <?cs call:paper("a5", W.cashier.paper_a5) ?> <?cs call:paper("none", W.cashier.paper_none) ?></form><?cs /def ?>
