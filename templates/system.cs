<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(System.Name) ?>
<nav class="crumbs" aria-label="<?cs var:W.system.above ?>"><a href="/console/systems"><?cs var:W.system.all ?></a></nav>
<div class="head"><h1><?cs var:System.Name ?> <?cs call:state(System.Colour, System.State) ?></h1>
<?cs if:May.Test ?><div class="actions"><a class="btn btn-sm btn-main" href="/console/system/test?name=<?cs var:url_escape(System.Name) ?>"><?cs var:W.system.test ?></a></div><?cs /if ?></div>
<dl class="facts">
<div><dt><?cs var:W.system.last_ms ?></dt><dd><?cs if:System.LastMs ?><?cs var:System.LastMs ?> ms<?cs else ?><span class="none"><?cs var:W.none ?></span><?cs /if ?></dd></div>
<div><dt><?cs var:W.system.rate ?></dt><dd><?cs if:System.ErrorRate ?><?cs var:System.ErrorRate ?><?cs else ?><span class="none"><?cs var:W.system.no_calls ?></span><?cs /if ?></dd></div>
<?cs call:figure(W.system.calls, System.Calls) ?>
<?cs call:figure(W.system.calls_now, System.InFlight) ?>
<?cs call:figure(W.system.txns, System.TxnsInFlight) ?>
<?cs call:figure(W.system.doubt, System.InDoubt) ?>
<?cs if:System.Oldest ?><?cs call:fact(W.system.oldest, System.Oldest) ?><?cs /if ?>
<div><dt><?cs var:W.system.url ?></dt><dd class="number"><?cs var:System.Url ?></dd></div>
</dl>
<section aria-labelledby="s-reports"><h2 id="s-reports"><?cs var:W.system.reports ?></h2>
<?cs if:subcount(Report) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.system.process ?></th><th scope="col"><?cs var:W.system.host ?></th><th scope="col"><?cs var:W.system.breaker ?></th><th scope="col" class="money"><?cs var:W.system.last_ms ?></th><th scope="col" class="money"><?cs var:W.system.calls ?></th><th scope="col" class="money"><?cs var:W.system.bad ?></th><th scope="col" class="money"><?cs var:W.system.calls_now ?></th><th scope="col"><?cs var:W.system.at ?></th></tr></thead>
<tbody><?cs each:r = Report ?><tr><td><?cs var:r.Process ?> <span class="number">#<?cs var:r.Pid ?></span></td><td><?cs var:r.Host ?></td><td><?cs if:r.Shut ?><?cs call:state("error", W.system.shut) ?><?cs else ?><?cs call:state("posted", W.system.through) ?><?cs /if ?></td><td class="money"><?cs if:r.LastMs ?><?cs var:r.LastMs ?> ms<?cs else ?>–<?cs /if ?></td><td class="money"><?cs var:r.Calls ?></td><td class="money"><?cs var:r.Bad ?></td><td class="money"><?cs var:r.InFlight ?></td><td class="time"><?cs var:r.At ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty_plain(W.system.no_reports) ?><?cs /if ?></section>
<?cs if:Defined ?><section aria-labelledby="s-limits"><h2 id="s-limits"><?cs var:W.system.definition ?></h2>
<dl class="facts">
<?cs call:fact(W.system.connect, Limit.Connect) ?>
<?cs call:fact(W.system.answer, Limit.Answer) ?>
<?cs call:fact(W.system.grace, Limit.Grace) ?>
<?cs call:fact(W.system.settle, Limit.Settle) ?>
<?cs call:fact(W.system.failures, Limit.BreakerFailures) ?>
<?cs call:fact(W.system.open, Limit.BreakerOpen) ?>
<div><dt><?cs var:W.system.slots ?></dt><dd><?cs if:Limit.Slots ?><?cs var:Limit.Slots ?><?cs else ?><span class="none"><?cs var:W.system.half ?></span><?cs /if ?></dd></div>
<div><dt><?cs var:W.system.reply_max ?></dt><dd><?cs var:Limit.ReplyMax ?> KiB</dd></div>
<div><dt><?cs var:W.system.serves ?></dt><dd><?cs each:s = Serves ?><?cs if:s.Prefix ?><span class="number"><?cs var:s.Prefix ?>…</span> <?cs else ?><?cs var:W.system.pattern ?> <?cs /if ?><?cs /each ?></dd></div>
</dl></section>
<section aria-labelledby="s-codes"><h2 id="s-codes"><?cs var:W.system.codes ?></h2>
<p class="form-text"><?cs var:W.system.codes_help ?></p>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.system.code ?></th><th scope="col"><?cs var:W.system.op ?></th><th scope="col"><?cs var:W.system.class ?></th><th scope="col"><?cs var:W.system.number ?></th><th scope="col"><?cs var:W.system.meaning ?></th></tr></thead>
<tbody><?cs each:c = Code ?><tr><td class="number"><?cs var:c.Value ?></td><td><?cs if:c.Op ?><?cs var:c.Op ?><?cs else ?><?cs var:W.system.every_op ?><?cs /if ?></td><td><?cs call:state(c.Colour, c.Class) ?></td><td class="number"><?cs var:c.Number ?></td><td class="text"><?cs var:c.Text ?></td></tr>
<?cs /each ?></tbody></table></div></section><?cs /if ?>
<?cs call:page_end() ?>
