<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.slip.title + " " + Slip.Name) ?>
<nav class="crumbs" aria-label="<?cs var:W.slip.where ?>"><a href="/console/remit"><?cs var:W.slip.all ?></a></nav>
<div class="head"><h1><?cs var:W.slip.title ?> <span class="number"><?cs var:Slip.Name ?></span> <?cs call:state(Slip.State.Kind, Slip.State.Word) ?></h1>
<div class="actions"><?cs if:May.Receive ?><a class="btn btn-sm btn-main" href="/console/remit/receive?id=<?cs var:Slip.Id ?>"><?cs var:W.slip.receive ?></a> <?cs /if ?><?cs if:May.Bank ?><a class="btn btn-sm btn-main" href="/console/remit/bank?id=<?cs var:Slip.Id ?>"><?cs var:W.slip.bank ?></a> <?cs /if ?><?cs if:May.Return ?><a class="btn btn-sm btn-danger-plain" href="/console/remit/return?id=<?cs var:Slip.Id ?>"><?cs var:W.slip.give_back ?></a> <?cs /if ?><?cs if:May.Attach ?><a class="btn btn-sm btn-plain" href="/console/remit/attach?id=<?cs var:Slip.Id ?>"><?cs var:W.slip.attach ?></a><?cs /if ?></div></div>
<?cs if:Why ?><p class="why"><?cs var:Why ?></p><?cs /if ?>
<?cs if:WhyReturn ?><p class="why"><?cs var:WhyReturn ?></p><?cs /if ?>
<dl class="facts">
<div><dt><?cs var:W.slip.amount ?></dt><dd><strong>¥<?cs var:Slip.Amount ?></strong></dd></div>
<?cs call:fact(W.slip.kind, Slip.Kind) ?>
<?cs call:fact(W.slip.owner, Slip.Owner) ?>
<div><dt><?cs var:W.slip.org ?></dt><dd><?cs if:Slip.OrgId ?><a href="/console/org?id=<?cs var:Slip.OrgId ?>"><?cs var:Slip.Org ?></a><?cs else ?><?cs var:Slip.Org ?><?cs /if ?></dd></div>
<div><dt><?cs var:W.slip.to ?></dt><dd><?cs if:Slip.ToId ?><a href="/console/org?id=<?cs var:Slip.ToId ?>"><?cs var:Slip.To ?></a><?cs else ?><?cs var:Slip.To ?><?cs /if ?></dd></div>
<?cs call:fact(W.slip.maker, Slip.Maker) ?>
<?cs call:fact(W.slip.at, Slip.At) ?>
<?cs call:fact(W.slip.date, Slip.Date) ?>
<?cs if:Slip.ReceivedAt ?><?cs if:Slip.Returned ?><?cs call:fact(W.slip.returned_by, Slip.Receiver) ?><?cs call:fact(W.slip.returned_at, Slip.ReceivedAt) ?><?cs call:fact(W.slip.note, Slip.Note) ?><?cs else ?><?cs call:fact(W.slip.received_by, Slip.Receiver) ?><?cs call:fact(W.slip.received_at, Slip.ReceivedAt) ?><?cs /if ?><?cs /if ?>
<?cs if:Slip.Bank ?><?cs call:fact(W.slip.bank_name, Slip.BankName) ?><?cs call:fact(W.slip.bank_no, Slip.BankNo) ?><?cs call:fact(W.slip.bank_date, Slip.BankDate) ?><?cs if:Slip.BankedAt ?><?cs call:fact(W.slip.banked_by, Slip.Banker) ?><?cs call:fact(W.slip.banked_at, Slip.BankedAt) ?><?cs /if ?><?cs /if ?>
</dl>
<section aria-labelledby="s-lines"><h2 id="s-lines"><?cs var:W.slip.lines ?></h2>
<?cs if:subcount(Line) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.slip.source ?></th><th scope="col"><?cs var:W.slip.range ?></th><th scope="col" class="money"><?cs var:W.slip.sum ?></th></tr></thead>
<tbody><?cs each:l = Line ?><tr><td><?cs if:l.Source ?><span class="number"><?cs var:l.Source ?></span><?cs else ?><?cs var:W.slip.safe ?><?cs /if ?></td><td><?cs var:l.First ?> – <?cs var:l.Last ?></td><td class="money">¥<?cs var:l.Amount ?></td></tr><?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty_plain(W.slip.no_lines) ?><?cs /if ?>
<dl class="facts"><?cs call:figure(W.slip.due, "¥" + Slip.Due) ?><?cs call:figure(W.slip.prepaid, "¥" + Slip.Prepaid) ?><?cs if:Slip.More ?><?cs call:figure(W.slip.more, "¥" + Slip.More) ?><?cs /if ?></dl></section>
<?cs if:subcount(Shift) > 0 ?><section aria-labelledby="s-shifts"><h2 id="s-shifts"><?cs var:W.slip.shifts ?></h2>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.slip.shift_no ?></th><th scope="col"><?cs var:W.slip.closed_at ?></th><th scope="col" class="money"><?cs var:W.slip.difference ?></th><th scope="col" class="money"><?cs var:W.slip.repaid ?></th><th scope="col"><?cs var:W.slip.shift_note ?></th></tr></thead>
<tbody><?cs each:s = Shift ?><tr><td><?cs var:s.No ?></td><td class="time"><?cs var:s.At ?></td><td class="money"><?cs var:s.Difference ?></td><td class="money"><?cs var:s.Repaid ?></td><td class="text"><?cs var:s.Note ?></td></tr><?cs /each ?></tbody></table></div></section><?cs /if ?>
<section aria-labelledby="s-entries"><h2 id="s-entries"><?cs var:W.slip.entries ?></h2>
<?cs if:subcount(Entry) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.slip.date ?></th><th scope="col"><?cs var:W.slip.code ?></th><th scope="col" class="money"><?cs var:W.slip.debit ?></th><th scope="col" class="money"><?cs var:W.slip.credit ?></th></tr></thead>
<tbody><?cs each:e = Entry ?><tr><td><?cs var:e.Date ?></td><td><?cs if:Slip.Keeper ?><a href="/console/ledger/entries?code=<?cs var:url_escape(e.Account) ?>&amp;keeper=<?cs var:url_escape(Slip.Keeper) ?>&amp;from=<?cs var:url_escape(e.Day) ?>&amp;to=<?cs var:url_escape(e.Day) ?>"><?cs var:e.Code ?></a><?cs else ?><?cs var:e.Code ?><?cs /if ?><?cs if:e.Of ?> · <?cs var:e.Of ?><?cs /if ?></td><td class="money"><?cs var:e.Debit ?></td><td class="money"><?cs var:e.Credit ?></td></tr><?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty_plain(W.slip.no_entries) ?><?cs /if ?></section>
<section aria-labelledby="s-attached"><h2 id="s-attached"><?cs var:W.slip.attached ?></h2>
<?cs if:subcount(Attached) > 0 ?><?cs call:attached() ?><?cs else ?><?cs call:empty_plain(W.slip.no_attached) ?><?cs /if ?></section>
<?cs call:history() ?>
<?cs call:page_end() ?>
