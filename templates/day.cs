<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.day.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.day.where ?>"><a href="/console/days?date=<?cs var:Day.Day ?>"><?cs var:W.day.all ?> <?cs var:Day.Day ?></a></nav>
<div class="head"><h1><?cs var:Day.Name ?> <?cs call:state(Day.Colour, Day.State) ?></h1>
<?cs set:self = "?id=" + Day.Id + "&date=" + Day.Date ?><?cs set:confirm = "/console/day/confirm" + self ?><?cs set:giveback = "/console/day/return" + self ?><?cs set:reopen = "/console/day/reopen" + self ?>
<div class="actions"><?cs if:May.Confirm ?><?cs call:button(confirm, "version", Day.Version, W.day.confirm, "btn-main") ?> <a class="btn btn-sm btn-plain" href="<?cs var:url_validate(giveback) ?>"><?cs var:W.day.give_back ?></a><?cs /if ?><?cs if:May.Reopen ?> <a class="btn btn-sm btn-plain" href="<?cs var:url_validate(reopen) ?>"><?cs var:W.day.reopen ?></a><?cs /if ?></div></div>
<?cs if:WhyNotConfirm ?><p class="why"><?cs var:WhyNotConfirm ?></p><?cs /if ?><?cs if:WhyNotReopen ?><p class="why"><?cs var:WhyNotReopen ?></p><?cs /if ?>
<dl class="facts">
<?cs call:fact(W.biz_date, Day.Day) ?>
<?cs call:fact(W.day.above, Day.Above) ?>
<?cs if:Day.DeclaredAt ?><?cs call:fact(W.day.declared_by, Day.DeclaredBy) ?><?cs call:fact(W.day.declared_at, Day.DeclaredAt) ?><?cs /if ?>
<?cs if:Day.ConfirmedAt ?><?cs call:fact(W.day.confirmed_by, Day.ConfirmedBy) ?><?cs call:fact(W.day.confirmed_at, Day.ConfirmedAt) ?><?cs /if ?>
<?cs if:Day.Note ?><?cs call:fact(W.day.note, Day.Note) ?><?cs /if ?>
<?cs call:figure(W.day.shifts, Day.Shifts) ?>
<?cs call:figure(W.day.pending, Day.Pending) ?>
</dl>
<?cs if:Compared ?><section aria-labelledby="s-compared"><h2 id="s-compared"><?cs var:W.day.compared ?></h2>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.day.business ?></th><th scope="col" class="money"><?cs var:W.day.told_count ?></th><th scope="col" class="money"><?cs var:W.day.ours_count ?></th><th scope="col" class="money"><?cs var:W.day.told ?></th><th scope="col" class="money"><?cs var:W.day.ours ?></th><th scope="col" class="money"><?cs var:W.day.less ?></th></tr></thead>
<tbody><?cs each:l = Line ?><tr><th scope="row"><?cs var:l.Op ?></th><td class="money"><?cs var:l.ToldCount ?></td><td class="money"><?cs var:l.OursCount ?></td><td class="money">¥<?cs var:l.Told ?></td><td class="money">¥<?cs var:l.Ours ?></td><td class="money"><?cs if:l.Differs ?><strong><?cs var:l.LessCount ?> / ¥<?cs var:l.Less ?></strong><?cs if:l.BelowCount ?><br><span class="form-text"><?cs var:W.day.of_below ?> <?cs var:l.BelowCount ?> / ¥<?cs var:l.Below ?></span><?cs /if ?><?cs else ?><?cs var:W.day.agrees ?><?cs /if ?></td></tr>
<?cs /each ?></tbody></table></div></section><?cs /if ?>
<?cs if:WhyNotDeclare ?><p class="question" role="status"><?cs var:WhyNotDeclare ?></p><?cs /if ?>
<?cs if:May.Declare ?><section aria-labelledby="s-declare"><h2 id="s-declare"><?cs if:Compared ?><?cs var:W.day.correct ?><?cs else ?><?cs var:W.day.declare ?><?cs /if ?></h2>
<p class="form-text"><?cs if:Compared ?><?cs var:W.day.correct_help ?><?cs else ?><?cs var:W.day.declare_help ?><?cs /if ?></p>
<?cs set:action = "/console/day" + self ?><?cs call:form_begin(action) ?>
<?cs call:field(Form.rounds) ?>
<div class="pairs"><?cs call:field(Form.pay_count) ?><?cs call:field(Form.pay_amount) ?><?cs call:field(Form.recharge_count) ?><?cs call:field(Form.recharge_amount) ?><?cs call:field(Form.open_count) ?><?cs call:field(Form.open_amount) ?><?cs call:field(Form.replace_count) ?><?cs call:field(Form.replace_amount) ?><?cs call:field(Form.reverse_count) ?><?cs call:field(Form.reverse_amount) ?></div>
<?cs call:field(Form.note) ?>
<div class="form-end"><button type="submit" class="btn btn-main"><?cs var:W.day.go ?></button></div>
</form></section><?cs /if ?>
<?cs if:subcount(Below) > 0 ?><section aria-labelledby="s-below"><h2 id="s-below"><?cs var:W.day.below ?></h2>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.days.org ?></th><th scope="col"><?cs var:W.days.state ?></th><th scope="col" class="money"><?cs var:W.days.differs ?></th><th scope="col"><?cs var:W.days.declared_at ?></th><th scope="col"><?cs var:W.days.confirmed_at ?></th></tr></thead>
<tbody><?cs each:d = Below ?><tr><td><a href="/console/day?id=<?cs var:d.Id ?>&amp;date=<?cs var:d.Date ?>"><?cs var:d.Name ?></a></td><td><?cs call:state(d.Colour, d.State) ?></td><td class="money"><?cs if:d.Differs ?><strong><?cs var:d.Differs ?></strong><?cs else ?>–<?cs /if ?></td><td class="time"><?cs var:d.DeclaredAt ?></td><td class="time"><?cs var:d.ConfirmedAt ?></td></tr>
<?cs /each ?></tbody></table></div></section><?cs /if ?>
<?cs call:history() ?>
<?cs call:page_end() ?>
