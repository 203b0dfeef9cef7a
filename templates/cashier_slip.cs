<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs include:"cashier_frame.cs" ?><?cs call:till_begin(W.cashier.slip) ?>
<section class="till-who" aria-label="<?cs var:W.cashier.slips ?>"><?cs call:slips() ?></section>
<section class="till-what" aria-labelledby="s-slip"><div class="till-report"><h2 id="s-slip"><?cs var:W.cashier.slip ?> <?cs var:Slip.No ?> · <?cs var:Frame.Org ?> · <?cs var:Frame.User ?> <?cs call:state(Slip.Kind, Slip.Word) ?></h2>
<p class="till-amount">¥<?cs var:Slip.Amount ?></p>
<dl class="facts"><?cs call:fact(W.cashier.at, Slip.At) ?><?cs call:figure(W.cashier.to_remit, "¥" + Slip.Due) ?><?cs call:figure(W.cashier.closed_shifts, Slip.Shifts) ?><?cs if:Slip.Bank ?><?cs call:fact(W.cashier.bank, Slip.Bank) ?><?cs /if ?><?cs if:Slip.BankNo ?><?cs call:fact(W.cashier.bank_no, Slip.BankNo) ?><?cs /if ?><?cs if:Slip.BankDate ?><?cs call:fact(W.cashier.bank_date, Slip.BankDate) ?><?cs /if ?><?cs if:Slip.Note ?><?cs call:fact(W.cashier.reason, Slip.Note) ?><?cs /if ?></dl>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.cashier.batches ?></th><th scope="col" class="money"><?cs var:W.cashier.sum ?></th></tr></thead><tbody>
<?cs each:l = Line ?><tr><td><?cs var:l.First ?> – <?cs var:l.Last ?></td><td class="money"><?cs var:l.Amount ?></td></tr>
<?cs /each ?></tbody></table></div></div>
<div class="till-go"><button type="button" class="btn btn-main btn-lg" data-print data-focus><?cs var:W.cashier.print_slip ?> <kbd>Enter</kbd></button></div>
<section aria-labelledby="s-attached" class="till-attached"><h3 id="s-attached"><?cs var:W.cashier.attached ?></h3>
<?cs if:subcount(Attached) > 0 ?><?cs call:attached() ?><?cs /if ?>
<?cs call:form_begin_file("/cashier/slip/attach?id=" + Slip.Id) ?>
<?cs call:attach_field(W.cashier.attach_file, W.cashier.attach_help) ?>
<div class="form-end"><button type="submit" class="btn btn-plain"><?cs var:W.cashier.attach ?></button></div></form></section>
</section>
<?cs call:till_keys() ?><?cs call:till_end() ?>
