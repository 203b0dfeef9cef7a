<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.dates.title) ?>
<div class="head"><h1><?cs var:W.dates.title ?> <?cs if:Platform.Trading ?><?cs call:state("posted", W.dates.trading) ?><?cs else ?><?cs call:state("doubt", W.dates.clearing) ?><?cs /if ?></h1>
<?cs if:May.Cut ?><div class="actions"><a class="btn btn-sm btn-main" href="/console/dates/cut"><?cs var:W.dates.cut ?></a> <a class="btn btn-sm btn-plain" href="/console/dates/schedule"><?cs var:W.dates.change ?></a></div><?cs /if ?></div>
<dl class="facts">
<div><dt><?cs var:W.dates.is ?></dt><dd><strong><?cs var:Platform.Date ?></strong></dd></div>
<?cs call:fact(W.dates.at, Platform.Schedule) ?>
<div><dt><?cs var:W.dates.next ?></dt><dd><?cs if:Platform.Next ?><?cs var:Platform.Next ?><?cs if:Platform.Late ?> <?cs call:state("error", W.dates.late) ?><?cs /if ?><?cs else ?><span class="none"><?cs var:W.none ?></span><?cs /if ?></dd></div>
<?cs call:fact(W.dates.last, Platform.CutAt) ?>
</dl>
<?cs if:Platform.Late ?><div class="alert alert-warning" role="status"><?cs var:W.dates.late_help ?></div><?cs /if ?>
<section aria-labelledby="s-systems"><h2 id="s-systems"><?cs var:W.dates.systems ?></h2>
<?cs if:subcount(System) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.dates.system ?></th><th scope="col"><?cs var:W.dates.clear_date ?></th><th scope="col"><?cs var:W.dates.at ?></th><th scope="col"><?cs var:W.dates.next ?></th><th scope="col"><?cs var:W.dates.last ?></th><?cs if:May.Cut ?><th scope="col"><?cs var:W.action ?></th><?cs /if ?></tr></thead>
<tbody><?cs each:s = System ?><tr><td><?cs var:s.Name ?></td><td class="time"><?cs var:s.Date ?></td><td><?cs if:s.Follows ?><?cs var:W.dates.follows ?><?cs else ?><?cs var:s.Schedule ?><?cs /if ?></td><td class="time"><?cs var:s.Next ?><?cs if:s.Late ?> <?cs call:state("error", W.dates.late) ?><?cs /if ?></td><td class="time"><?cs var:s.CutAt ?></td><?cs if:May.Cut ?><td><?cs if:!s.Follows ?><a href="/console/dates/cut?system=<?cs var:url_escape(s.Name) ?>"><?cs var:W.dates.cut_system ?></a> <?cs /if ?><a href="/console/dates/schedule?system=<?cs var:url_escape(s.Name) ?>"><?cs var:W.dates.change ?></a></td><?cs /if ?></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty_plain(W.dates.no_systems) ?><?cs /if ?>
<p class="form-text"><?cs var:W.dates.how ?></p></section>
<section aria-labelledby="s-moves"><h2 id="s-moves"><?cs var:W.dates.moves ?></h2>
<?cs if:subcount(Move) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col" class="money"><?cs var:W.dates.no ?></th><th scope="col"><?cs var:W.dates.which ?></th><th scope="col"><?cs var:W.dates.from ?></th><th scope="col"><?cs var:W.dates.to ?></th><th scope="col"><?cs var:W.dates.due ?></th><th scope="col"><?cs var:W.dates.done ?></th><th scope="col"><?cs var:W.who ?></th></tr></thead>
<tbody><?cs each:m = Move ?><tr><td class="money"><?cs var:m.No ?></td><td><?cs if:m.System ?><?cs var:m.System ?><?cs else ?><?cs var:W.biz_date ?><?cs /if ?></td><td class="time"><?cs var:m.From ?></td><td class="time"><?cs var:m.To ?></td><td class="time"><?cs if:m.Due ?><?cs var:m.Due ?><?cs else ?>–<?cs /if ?></td><td class="time"><?cs var:m.At ?><?cs if:m.Late ?> <?cs call:state("doubt", W.dates.was_late) ?><?cs /if ?></td><td><?cs var:m.By ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty_plain(W.dates.no_moves) ?><?cs /if ?>
<?cs call:pages() ?></section>
<?cs call:page_end() ?>
