<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.dashboard.title) ?>
<?cs def:change(p) ?><?cs if:p.Change ?><span class="change change-<?cs var:p.Way ?>"><?cs var:p.Change ?></span><?cs /if ?><?cs /def ?>
<?cs def:list_of(p, filter) ?><?cs if:SeesTxns ?><a href="/console/txns?from=<?cs var:Today ?>&amp;to=<?cs var:Today ?>&amp;<?cs var:filter ?>=<?cs var:url_escape(p.Key) ?>"><?cs var:p.Name ?></a><?cs else ?><?cs var:p.Name ?><?cs /if ?><?cs /def ?>
<?cs def:pair_head(label) ?><thead><tr><th scope="col"><?cs var:label ?></th><th scope="col" class="money"><?cs var:W.dashboard.today ?></th><th scope="col" class="money"><?cs var:W.dashboard.count ?></th><th scope="col" class="money"><?cs var:W.dashboard.before ?></th><th scope="col" class="money"><?cs var:W.dashboard.change ?></th></tr></thead><?cs /def ?>
<?cs def:pair_cells(p) ?><td class="money">¥<?cs var:p.Now ?></td><td class="money"><?cs var:p.Sales ?></td><td class="money">¥<?cs var:p.Before ?></td><td class="money"><?cs call:change(p) ?></td><?cs /def ?>
<div class="head"><h1><?cs var:W.dashboard.title ?></h1><p class="note"><?cs var:Until ?></p></div>
<div class="cards">
<section class="tile" aria-labelledby="t-money"><h2 id="t-money"><?cs var:W.dashboard.money ?></h2><p class="big"><?cs if:SeesTxns ?><a href="/console/txns?from=<?cs var:Today ?>&amp;to=<?cs var:Today ?>">¥<?cs var:Total.Now ?></a><?cs else ?>¥<?cs var:Total.Now ?><?cs /if ?> <?cs call:change(Total) ?></p><p><?cs var:W.dashboard.before ?> ¥<?cs var:Total.Before ?></p></section>
<section class="tile" aria-labelledby="t-count"><h2 id="t-count"><?cs var:W.dashboard.sales ?></h2><p class="big"><?cs if:SeesTxns ?><a href="/console/txns?from=<?cs var:Today ?>&amp;to=<?cs var:Today ?>&amp;state=posted"><?cs var:Total.Sales ?></a><?cs else ?><?cs var:Total.Sales ?><?cs /if ?> <?cs call:change(Count) ?></p><p><?cs var:W.dashboard.before ?> <?cs var:Total.SalesBefore ?></p></section>
<section class="tile" aria-labelledby="t-back"><h2 id="t-back"><?cs var:W.dashboard.reversals ?></h2><p class="big"><?cs if:SeesTxns ?><a href="/console/txns?from=<?cs var:Today ?>&amp;to=<?cs var:Today ?>&amp;op=reverse"><?cs var:Total.Reversals ?></a><?cs else ?><?cs var:Total.Reversals ?><?cs /if ?></p><p>¥<?cs var:Total.Reversed ?></p></section>
<section class="tile wanted" aria-labelledby="t-wanted"><h2 id="t-wanted"><?cs var:W.dashboard.wanted ?></h2><ul>
<li><?cs if:SeesTxns ?><a href="/console/doubts"><?cs var:W.dashboard.doubts ?></a><?cs else ?><?cs var:W.dashboard.doubts ?><?cs /if ?> <strong<?cs if:Doubts != "0" ?> class="some"<?cs /if ?>><?cs var:Doubts ?></strong></li>
<?cs if:SeesApprovals ?><li><a href="/console/approvals"><?cs var:W.dashboard.approvals ?></a> <strong<?cs if:Approvals != "0" ?> class="some"<?cs /if ?>><?cs var:Approvals ?></strong></li><?cs /if ?>
<?cs if:SeesCredit ?><li><a href="/console/credit"><?cs var:W.dashboard.near ?></a> <strong<?cs if:Near != "0" ?> class="some"<?cs /if ?>><?cs var:Near ?></strong></li><?cs /if ?>
</ul></section>
</div>
<div class="by-hour">
<section class="chart" aria-labelledby="s-hours"><h2 id="s-hours"><?cs var:W.dashboard.by_hour ?></h2><?cs if:subcount(Hour) > 0 ?><div class="canvas"><canvas data-chart="hours" data-today="<?cs var:W.dashboard.today ?>" data-before="<?cs var:W.dashboard.yesterday ?>" aria-hidden="true"></canvas></div><?cs else ?><p class="empty"><?cs var:W.dashboard.empty ?></p><?cs /if ?></section>
<?cs if:subcount(Hour) > 0 ?><div class="sheet hours" tabindex="0"><table class="table" id="hours"><caption class="visually-hidden"><?cs var:W.dashboard.by_hour ?></caption><thead><tr><th scope="col"><?cs var:W.dashboard.hour ?></th><th scope="col" class="money"><?cs var:W.dashboard.today ?></th><th scope="col" class="money"><?cs var:W.dashboard.count ?></th><th scope="col" class="money"><?cs var:W.dashboard.yesterday ?></th></tr></thead><tbody>
<?cs each:h = Hour ?><tr data-hour="<?cs var:h.Hour ?>" data-now="<?cs var:h.Fen ?>" data-before="<?cs var:h.FenBefore ?>"><td><?cs if:SeesTxns ?><a href="/console/txns?from=<?cs var:Today ?>&amp;to=<?cs var:Today ?>&amp;begin=<?cs var:h.Hour ?>:00&amp;end=<?cs var:h.Hour ?>:59"><?cs var:h.Hour ?>:00</a><?cs else ?><?cs var:h.Hour ?>:00<?cs /if ?></td><td class="money">¥<?cs var:h.Now ?></td><td class="money"><?cs var:h.Sales ?></td><td class="money">¥<?cs var:h.Before ?></td></tr>
<?cs /each ?></tbody></table></div><?cs /if ?>
</div>
<?cs if:subcount(Op) > 0 ?><div class="by-kind">
<section aria-labelledby="s-op"><h2 id="s-op"><?cs var:W.dashboard.by_op ?></h2><div class="sheet" tabindex="0"><table class="table"><?cs call:pair_head(W.dashboard.op) ?><tbody><?cs each:p = Op ?><tr><td><?cs call:list_of(p, "op") ?></td><?cs call:pair_cells(p) ?></tr><?cs /each ?></tbody></table></div></section>
<section aria-labelledby="s-org"><h2 id="s-org"><?cs var:W.dashboard.by_org ?></h2><div class="sheet" tabindex="0"><table class="table"><?cs call:pair_head(W.dashboard.org) ?><tbody><?cs each:p = Org ?><tr><td><?cs call:list_of(p, "org") ?></td><?cs call:pair_cells(p) ?></tr><?cs /each ?></tbody></table></div><?cs if:OrgMore ?><p class="note"><?cs var:W.dashboard.more_orgs ?> <?cs var:OrgMore ?></p><?cs /if ?></section>
<section aria-labelledby="s-channel"><h2 id="s-channel"><?cs var:W.dashboard.by_channel ?></h2><div class="sheet" tabindex="0"><table class="table"><?cs call:pair_head(W.dashboard.channel) ?><tbody><?cs each:p = Channel ?><tr><td><?cs call:list_of(p, "channel") ?></td><?cs call:pair_cells(p) ?></tr><?cs /each ?></tbody></table></div></section>
<section aria-labelledby="s-system"><h2 id="s-system"><?cs var:W.dashboard.systems ?></h2><ul class="systems"><?cs each:s = System ?><li><span class="number"><?cs var:s.Name ?></span> <?cs call:state(s.Kind, s.Word) ?><?cs if:s.Doubts ?> <?cs var:W.dashboard.doubts ?> <?cs var:s.Doubts ?> · <?cs var:W.dashboard.since ?> <?cs var:s.Since ?><?cs /if ?></li><?cs /each ?></ul></section>
</div><?cs /if ?>
<script src="/assets/chart.min.js" defer></script>
<script src="/static/dashboard.js" defer></script>
<?cs call:page_end() ?>
