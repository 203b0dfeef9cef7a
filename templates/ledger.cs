<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.ledger.title) ?>
<div class="head"><h1><?cs var:W.ledger.title ?></h1><div class="actions"><a class="btn btn-sm btn-plain" href="/console/ledger/accounts"><?cs var:W.ledger.accounts ?></a> <?cs call:export_links() ?></div></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.org) ?><?cs call:filter(Form.from) ?><?cs call:filter(Form.to) ?>
<?cs call:filters_end() ?>
<?cs call:ranges() ?>
<?cs if:subcount(Line) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col" rowspan="2"><?cs var:W.ledger.account ?></th><th scope="colgroup" colspan="2" class="money"><?cs var:W.ledger.opening ?></th><th scope="colgroup" colspan="2" class="money"><?cs var:W.ledger.moved ?></th><th scope="colgroup" colspan="2" class="money"><?cs var:W.ledger.closing ?></th></tr>
<tr><th scope="col" class="money"><?cs var:W.ledger.debit ?></th><th scope="col" class="money"><?cs var:W.ledger.credit ?></th><th scope="col" class="money"><?cs var:W.ledger.debit ?></th><th scope="col" class="money"><?cs var:W.ledger.credit ?></th><th scope="col" class="money"><?cs var:W.ledger.debit ?></th><th scope="col" class="money"><?cs var:W.ledger.credit ?></th></tr></thead><tbody>
<?cs each:l = Line ?><tr><th scope="row"><a href="/console/ledger/entries?code=<?cs var:url_escape(l.Code) ?>&amp;org=<?cs var:url_escape(Dates.Org) ?>&amp;from=<?cs var:Dates.From ?>&amp;to=<?cs var:Dates.To ?>"><?cs var:l.Account ?> <?cs var:l.Of ?></a></th><td class="money"><?cs var:l.OpeningDebit ?></td><td class="money"><?cs var:l.OpeningCredit ?></td><td class="money"><?cs var:l.Debit ?></td><td class="money"><?cs var:l.Credit ?></td><td class="money"><?cs var:l.ClosingDebit ?></td><td class="money"><?cs var:l.ClosingCredit ?></td></tr>
<?cs /each ?></tbody><tfoot><tr><th scope="row"><?cs var:W.ledger.sum ?></th><td class="money" colspan="2"><?cs var:Sum.Opening ?></td><td class="money"><?cs var:Sum.Debit ?></td><td class="money"><?cs var:Sum.Credit ?></td><td class="money" colspan="2"><?cs var:Sum.Closing ?></td></tr></tfoot></table></div>
<p><?cs if:Sum.Even ?><?cs call:state("posted", W.ledger.even) ?><?cs else ?><?cs call:state("error", W.ledger.uneven) ?><?cs /if ?></p>
<?cs else ?><?cs call:empty(W.ledger.empty) ?><?cs /if ?>
<?cs call:page_end() ?>
