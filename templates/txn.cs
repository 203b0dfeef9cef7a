<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(Txn.Number) ?>
<nav class="crumbs" aria-label="<?cs var:W.txn.crumbs ?>"><a href="/console/txns"><?cs var:W.txn.all ?></a></nav>
<div class="head"><h1><span class="number"><?cs var:Txn.Number ?></span> <?cs call:state(Txn.State.Kind, Txn.State.Word) ?></h1>
<div class="actions"><?cs if:May.Ask ?><?cs call:button("/console/doubt/ask?id=" + Txn.Id, "", "", W.txn.ask, "btn-main") ?><?cs /if ?><?cs if:May.Decide ?> <a class="btn btn-sm btn-plain" href="/console/doubt/decide?id=<?cs var:Txn.Id ?>"><?cs var:W.txn.decide ?></a><?cs /if ?><?cs if:May.Refund ?> <a class="btn btn-sm btn-plain" href="/console/refund?id=<?cs var:Txn.Id ?>"><?cs var:W.txn.refund ?></a><?cs /if ?><?cs if:Receipt.Lines ?> <a class="btn btn-sm btn-plain" href="/console/txn/receipt?id=<?cs var:Txn.Id ?>"><?cs var:W.txn.receipt ?></a><?cs /if ?></div></div>
<?cs if:Waiting ?><p class="question" role="status"><?cs var:Waiting ?></p><?cs /if ?>
<?cs if:Txn.Outcome ?><p class="outcome"><?cs var:Txn.Outcome ?> <small class="none"><?cs var:Txn.OutcomeNo ?></small></p><?cs /if ?>
<div class="legs">
<section class="leg" aria-labelledby="s-ours"><h2 id="s-ours"><?cs var:W.txn.leg_ours ?></h2><p><?cs call:state(Leg.0.State.Kind, Leg.0.State.Word) ?></p>
<p><?cs var:Txn.Op ?><?cs if:Txn.Amount ?> <strong class="amount">¥<?cs var:Txn.Amount ?></strong><?cs /if ?></p>
<?cs if:Leg.0.At ?><p class="none time"><?cs var:Leg.0.At ?></p><?cs /if ?></section>
<section class="leg" aria-labelledby="s-up"><h2 id="s-up"><?cs var:W.txn.leg_up ?></h2><p><?cs call:state(Leg.1.State.Kind, Leg.1.State.Word) ?></p>
<p><?cs var:Leg.1.System ?><?cs if:Leg.1.Code ?> · <?cs var:W.txn.up_code ?> <span class="number"><?cs var:Leg.1.Code ?></span><?cs /if ?></p>
<?cs if:Leg.1.Ref ?><p><?cs var:W.txn.up_ref ?> <?cs call:number(Leg.1.Ref) ?></p><?cs /if ?>
<?cs if:Leg.1.Date ?><p class="none"><?cs var:W.txn.up_date ?> <?cs var:Leg.1.Date ?></p><?cs /if ?>
<?cs if:Leg.1.Text ?><p><?cs var:Leg.1.Text ?></p><?cs /if ?></section>
<section class="leg" aria-labelledby="s-card"><h2 id="s-card"><?cs var:W.txn.leg_card ?></h2><p><?cs call:state(Leg.2.State.Kind, Leg.2.State.Word) ?></p>
<?cs if:Leg.2.Bytes ?><p><?cs var:W.txn.packet ?> · <?cs var:W.txn.purchase_count ?> <?cs var:Leg.2.Count ?> · <?cs var:Leg.2.Bytes ?> <?cs var:W.txn.bytes ?></p><?cs /if ?></section>
</div>
<section aria-labelledby="s-customer"><h2 id="s-customer"><?cs var:W.txn.customer ?></h2>
<dl class="facts">
<div><dt><?cs var:W.txn.customer_no ?></dt><dd><?cs call:number(Customer.No) ?> <a href="/console/txns?customer=<?cs var:url_escape(Customer.No) ?>"><?cs var:W.txn.of_customer ?></a></dd></div>
<?cs call:fact(W.txn.name, Customer.Name) ?>
<?cs if:Customer.Address ?><?cs call:fact(W.txn.address, Customer.Address) ?><?cs /if ?>
<div><dt><?cs var:W.txn.meter ?></dt><dd><?cs if:Customer.Meter ?><?cs call:number(Customer.Meter) ?><?cs else ?><span class="none"><?cs var:W.none ?></span><?cs /if ?></dd></div>
<?cs if:Customer.Card ?><?cs call:fact(W.txn.card, Customer.Card) ?><?cs /if ?>
<?cs if:Customer.Count ?><?cs call:fact(W.txn.purchase_count, Customer.Count) ?><?cs /if ?>
</dl><?cs if:Customer.Masked ?><p class="none"><?cs var:W.txn.masked ?></p><?cs /if ?></section>
<section aria-labelledby="s-place"><h2 id="s-place"><?cs var:W.txn.place ?></h2>
<dl class="facts">
<div><dt><?cs var:W.txn.org ?></dt><dd><?cs if:Place.OrgId ?><a href="/console/org?id=<?cs var:Place.OrgId ?>"><?cs var:Place.Org ?></a><?cs else ?><?cs var:Place.Org ?><?cs /if ?></dd></div>
<div><dt><?cs var:W.txn.operator ?></dt><dd><span class="number"><?cs var:Place.Operator ?></span> <?cs var:Place.Person ?></dd></div>
<div><dt><?cs var:W.txn.terminal ?></dt><dd><span class="number"><?cs var:Place.Terminal ?></span> <?cs var:Place.Channel ?></dd></div>
<div><dt><?cs var:W.txn.trace ?></dt><dd><?cs call:number(Place.Trace) ?></dd></div>
<?cs call:fact(W.txn.batch, Place.Batch) ?>
<?cs call:fact(W.txn.at, Place.At) ?>
<?cs call:fact(W.txn.decided, Place.Decided) ?>
<div><dt><?cs var:W.txn.biz_date ?></dt><dd><?cs var:Place.Date ?><?cs if:Place.OutDate && Place.OutDate != Place.Date ?> → <?cs var:Place.OutDate ?><?cs /if ?></dd></div>
<?cs if:Money.Method ?><?cs call:fact(W.txn.method, Money.Method) ?><?cs /if ?>
<?cs if:Money.Tendered ?><div><dt><?cs var:W.txn.tendered ?></dt><dd>¥<?cs var:Money.Tendered ?></dd></div><?cs /if ?>
<?cs if:Txn.Fee ?><div><dt><?cs var:W.txn.fee ?></dt><dd>¥<?cs var:Txn.Fee ?></dd></div><?cs /if ?>
<?cs if:Money.Advance ?><div><dt><?cs var:W.txn.advance ?></dt><dd>¥<?cs var:Money.Advance ?></dd></div><?cs /if ?>
<?cs if:Money.Held ?><div><dt><?cs var:W.txn.held ?></dt><dd>¥<?cs var:Money.Held ?></dd></div><?cs /if ?>
<?cs if:Money.Drawn ?><div><dt><?cs var:W.txn.drawn ?></dt><dd>¥<?cs var:Money.Drawn ?></dd></div><?cs /if ?>
<?cs if:Place.Reason ?><?cs call:fact(W.txn.reason, Place.Reason) ?><?cs /if ?>
</dl></section>
<?cs if:subcount(Link) > 0 ?><section aria-labelledby="s-links"><h2 id="s-links"><?cs var:W.txn.links ?></h2>
<ul class="links"><?cs each:l = Link ?><li><?cs var:l.How ?> <a class="number" href="/console/txn?id=<?cs var:l.Id ?>"><?cs var:l.Number ?></a> ¥<?cs var:l.Amount ?> <?cs call:state(l.State.Kind, l.State.Word) ?></li><?cs /each ?></ul></section><?cs /if ?>
<?cs if:subcount(Bill) > 0 ?><section aria-labelledby="s-bills"><h2 id="s-bills"><?cs var:W.txn.bills ?></h2>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.txn.bill_no ?></th><th scope="col"><?cs var:W.txn.period ?></th><th scope="col" class="money"><?cs var:W.txn.kwh ?></th><th scope="col" class="money"><?cs var:W.txn.late ?></th><th scope="col" class="money"><?cs var:W.txn.amount ?></th></tr></thead><tbody>
<?cs each:b = Bill ?><tr><td class="number"><?cs var:b.No ?></td><td><?cs var:b.Period ?></td><td class="money"><?cs var:b.Kwh ?></td><td class="money">¥<?cs var:b.Late ?></td><td class="money">¥<?cs var:b.Amount ?></td></tr>
<?cs /each ?></tbody></table></div></section><?cs /if ?>
<section aria-labelledby="s-entries"><h2 id="s-entries"><?cs var:W.txn.entries ?><?cs if:May.Ledger ?> <a class="btn btn-sm btn-plain" href="/console/posting?id=<?cs var:Txn.Id ?>"><?cs var:W.txn.posting ?></a><?cs /if ?></h2>
<?cs if:subcount(Entry) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.txn.account ?></th><th scope="col"><?cs var:W.txn.biz_date ?></th><th scope="col" class="money"><?cs var:W.txn.debit ?></th><th scope="col" class="money"><?cs var:W.txn.credit ?></th></tr></thead><tbody>
<?cs each:e = Entry ?><tr><td><?cs var:e.Account ?> <?cs var:e.Of ?></td><td><?cs var:e.Date ?></td><td class="money"><?cs if:e.Debit ?>¥<?cs var:e.Debit ?><?cs /if ?></td><td class="money"><?cs if:e.Credit ?>¥<?cs var:e.Credit ?><?cs /if ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><p class="empty"><?cs var:W.txn.no_entries ?></p><?cs /if ?></section>
<section aria-labelledby="s-events"><h2 id="s-events"><?cs var:W.txn.events ?></h2>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.when ?></th><th scope="col"><?cs var:W.what ?></th><th scope="col"><?cs var:W.detail_of ?></th></tr></thead><tbody>
<?cs each:e = Event ?><tr><td class="time"><?cs var:e.At ?></td><td class="nowrap"><?cs var:e.What ?></td><td><?cs var:e.Note ?></td></tr>
<?cs /each ?></tbody></table></div></section>
<?cs if:subcount(Message) > 0 ?><section aria-labelledby="s-messages"><h2 id="s-messages"><?cs var:W.txn.messages ?></h2>
<p class="none"><?cs var:W.txn.messages_masked ?></p>
<?cs each:m = Message ?><div class="message"><h3><?cs var:m.Title ?><?cs if:m.How ?> <small class="none"><?cs var:m.How ?></small><?cs /if ?></h3>
<p class="none"><?cs if:m.At ?><span class="time"><?cs var:m.At ?></span><?cs /if ?><?cs if:m.Code ?> · <?cs var:W.txn.up_code ?> <span class="number"><?cs var:m.Code ?></span><?cs /if ?><?cs if:?m.Took ?> · <?cs var:W.txn.took ?> <?cs var:m.Took ?> <?cs var:W.txn.ms ?><?cs /if ?><?cs if:m.Ref ?> · <?cs var:W.txn.up_ref ?> <span class="number"><?cs var:m.Ref ?></span><?cs /if ?><?cs if:m.Date ?> · <?cs var:W.txn.up_date ?> <?cs var:m.Date ?><?cs /if ?><?cs if:m.Tries ?> · <?cs var:W.txn.tries ?> <?cs var:m.Tries ?><?cs /if ?></p>
<?cs if:m.Gone ?><p class="question"><?cs var:m.Gone ?></p><?cs /if ?><?cs if:m.Changed ?><p class="question"><?cs var:m.Changed ?> <span class="time"><?cs var:m.ChangedAt ?></span></p><?cs /if ?><?cs if:m.Note ?><p><?cs var:m.Note ?></p><?cs /if ?>
<?cs if:m.Text ?><pre class="wire" tabindex="0"><?cs var:m.Text ?></pre><?cs /if ?></div>
<?cs /each ?></section><?cs /if ?>
<?cs if:Receipt.Lines ?><section aria-labelledby="s-receipt"><h2 id="s-receipt"><?cs var:W.txn.receipt ?></h2><pre class="receipt" lang="zh-CN"><?cs var:Receipt.Lines ?></pre></section><?cs /if ?>
<?cs call:history() ?>
<?cs call:page_end() ?>
