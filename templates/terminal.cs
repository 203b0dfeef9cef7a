<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(Terminal.No) ?>
<nav class="crumbs" aria-label="<?cs var:W.terminal.above ?>"><a href="/console/terminals"><?cs var:W.terminal.all ?></a><?cs if:Terminal.OrgId ?> / <a href="/console/org?id=<?cs var:Terminal.OrgId ?>"><?cs var:Terminal.Org ?></a><?cs /if ?></nav>
<div class="head"><h1><span class="number"><?cs var:Terminal.No ?></span> <?cs call:enabled(Terminal.Enabled) ?></h1>
<?cs if:May.Change ?><div class="actions">
<a class="btn btn-sm btn-main" href="/console/terminal/alter?id=<?cs var:Terminal.Id ?>"><?cs var:W.terminal.alter ?></a>
<a class="btn btn-sm btn-plain" href="/console/terminal/secret?id=<?cs var:Terminal.Id ?>"><?cs var:W.terminal.rotate ?></a>
<a class="btn btn-sm <?cs if:Terminal.Enabled ?>btn-danger-plain<?cs else ?>btn-plain<?cs /if ?>" href="/console/terminal/enable?id=<?cs var:Terminal.Id ?>"><?cs if:Terminal.Enabled ?><?cs var:W.terminal.disable ?><?cs else ?><?cs var:W.terminal.enable ?><?cs /if ?></a>
</div><?cs /if ?></div>
<dl class="facts">
<div><dt><?cs var:W.terminal.no ?></dt><dd><?cs call:number(Terminal.No) ?></dd></div>
<?cs call:fact(W.terminal.kind, Terminal.Kind) ?>
<?cs call:fact(W.terminal.org, Terminal.Org) ?>
<div><dt><?cs var:W.terminal.seen ?></dt><dd><?cs if:Terminal.Seen ?><?cs var:Terminal.Seen ?><?cs else ?><span class="none"><?cs var:W.terminal.never ?></span><?cs /if ?></dd></div>
<div><dt><?cs var:W.terminal.limit_txn ?></dt><dd><?cs if:Terminal.LimitTxn ?>¥<?cs var:Terminal.LimitTxn ?><?cs else ?><span class="none"><?cs var:W.terminal.no_limit ?></span><?cs /if ?></dd></div>
<div><dt><?cs var:W.terminal.limit_day ?></dt><dd><?cs if:Terminal.LimitDay ?>¥<?cs var:Terminal.LimitDay ?><?cs else ?><span class="none"><?cs var:W.terminal.no_limit ?></span><?cs /if ?></dd></div>
</dl>
<section aria-labelledby="s-ops"><h2 id="s-ops"><?cs var:W.terminal.ops ?></h2>
<ul class="chips"><?cs each:o = Op ?><li><?cs if:o.Allowed ?><?cs call:state("posted", o.Word) ?><?cs else ?><s class="state state-declined"><?cs var:o.Word ?></s> <span class="none"><?cs var:W.terminal.not_allowed ?></span><?cs /if ?></li><?cs /each ?></ul></section>
<section aria-labelledby="s-operators"><div class="head"><h2 id="s-operators"><?cs var:W.terminal.operators ?></h2><?cs if:May.Change ?><div class="actions"><a class="btn btn-sm btn-plain" href="/console/terminal/bind?id=<?cs var:Terminal.Id ?>"><?cs var:W.terminal.bind ?></a></div><?cs /if ?></div>
<?cs if:subcount(Operator) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.terminal.operator_no ?></th><th scope="col"><?cs var:W.terminal.operator_name ?></th><th scope="col"><?cs var:W.terminal.org ?></th><th scope="col"><?cs var:W.terminal.state ?></th><th scope="col"><?cs var:W.action ?></th></tr></thead>
<tbody><?cs each:o = Operator ?><tr><td class="number"><?cs var:o.No ?></td><td><?cs if:o.Id ?><a href="/console/user?id=<?cs var:o.Id ?>"><?cs var:o.Name ?></a><?cs else ?><span class="none"><?cs var:W.terminal.elsewhere ?></span><?cs /if ?></td><td><?cs var:o.Org ?></td><td><?cs call:enabled(o.Enabled) ?></td><td><?cs if:May.Change && o.Id ?><a class="btn btn-sm btn-plain" href="/console/terminal/unbind?id=<?cs var:Terminal.Id ?>&amp;operator=<?cs var:url_escape(o.No) ?>"><?cs var:W.terminal.unbind ?></a><?cs /if ?></td></tr>
<?cs /each ?></tbody></table></div><?cs if:OperatorsInAll ?><p class="pages"><?cs var:W.terminal.operators_in_all ?> <?cs var:OperatorsInAll ?></p><?cs /if ?><?cs else ?><p class="empty"><?cs var:W.terminal.everyone ?></p><?cs /if ?></section>
<?cs if:SeesTxns ?><section aria-labelledby="s-txns"><h2 id="s-txns"><?cs var:W.terminal.last ?></h2>
<?cs if:subcount(Txn) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.terminal.at ?></th><th scope="col"><?cs var:W.terminal.txn ?></th><th scope="col"><?cs var:W.terminal.trace ?></th><th scope="col"><?cs var:W.terminal.op ?></th><th scope="col" class="money"><?cs var:W.terminal.amount ?></th><th scope="col"><?cs var:W.terminal.operator_no ?></th><th scope="col"><?cs var:W.terminal.state ?></th></tr></thead>
<tbody><?cs each:t = Txn ?><tr><td class="time"><?cs var:t.At ?></td><td class="number"><?cs if:t.Page ?><a href="/console/txn?id=<?cs var:t.Id ?>"><?cs var:t.Id ?></a><?cs else ?><?cs var:t.Id ?><?cs /if ?></td><td class="number"><?cs var:t.Trace ?></td><td><?cs var:t.Op ?></td><td class="money"><?cs if:t.Amount ?>¥<?cs var:t.Amount ?><?cs /if ?></td><td class="number"><?cs var:t.Operator ?></td><td><?cs call:state(t.Colour, t.State) ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><p class="empty"><?cs var:W.terminal.no_txns ?></p><?cs /if ?></section><?cs /if ?>
<?cs call:history() ?>
<?cs call:page_end() ?>
