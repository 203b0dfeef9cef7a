<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs include:"cashier_frame.cs" ?><?cs call:till_begin(W.refund.title) ?>
<section class="till-who" aria-label="<?cs var:W.cashier.who ?>"><dl class="till-facts"><div><dt><?cs var:W.cashier.no ?></dt><dd class="number till-no"><?cs var:Orig.Customer ?></dd></div><div><dt><?cs var:W.cashier.number ?></dt><dd class="number"><?cs var:Orig.Number ?></dd></div><div><dt><?cs var:W.cashier.at ?></dt><dd><?cs var:Orig.At ?></dd></div><div><dt><?cs var:W.cashier.business ?></dt><dd><?cs var:Orig.Op ?> · <?cs var:Orig.Method ?> <?cs call:state(Orig.State.Kind, Orig.State.Word) ?></dd></div></dl></section>
<section class="till-what" aria-labelledby="s-refund"><h2 id="s-refund"><?cs var:W.refund.title ?> ¥<?cs var:Orig.Amount ?></h2>
<?cs if:Refund.Standing ?><dl class="facts"><div><dt><?cs var:W.refund.state ?></dt><dd><?cs call:state(Refund.Kind, Refund.Word) ?></dd></div>
<?cs call:fact(W.refund.asked_at, Refund.At) ?><?cs call:fact(W.refund.method, Refund.Method) ?><?cs call:fact(W.refund.reason, Refund.Reason) ?>
<?cs if:Refund.RedNo ?><?cs call:fact(W.refund.red_no, Refund.RedNo) ?><?cs /if ?><?cs if:Refund.Note ?><?cs call:fact(W.refund.note, Refund.Note) ?><?cs /if ?></dl><?cs /if ?>
<?cs if:May.Withdraw ?><form method="post" action="/cashier/refund/withdraw?id=<?cs var:Orig.Id ?>" data-once><input type="hidden" name="token" value="<?cs var:Page.Token ?>"><p class="question"><?cs var:W.refund.withdraw_help ?></p><p class="till-back"><button type="submit" class="btn btn-plain"><?cs var:W.refund.withdraw ?></button></p></form>
<?cs elif:Run.Why.Text ?><div class="till-result till-declined" role="alert"><p><?cs call:said(Run.Why) ?></p></div>
<?cs elif:Run.Trace ?><form method="post" action="/cashier/refund/run?id=<?cs var:Orig.Id ?>" class="till-sale" data-order<?cs if:Orig.CardNo ?> data-card="<?cs var:Orig.CardNo ?>"<?cs /if ?> data-wait="<?cs var:W.cashier.waiting ?>" data-slow="<?cs var:W.cashier.slow ?>" data-cut="<?cs var:W.cashier.cut ?>" autocomplete="off">
<input type="hidden" name="token" value="<?cs var:Page.Token ?>"><input type="hidden" name="trace" value="<?cs var:Run.Trace ?>"><?cs if:Orig.CardNo ?><?cs call:card_fields() ?><?cs call:card_status() ?><?cs /if ?>
<p class="question"><?cs var:W.refund.run_question ?> <strong>¥<?cs var:Orig.Amount ?></strong></p>
<div class="till-go"><button type="submit" class="btn btn-danger btn-lg" data-focus><?cs var:W.refund.run ?> <kbd>Enter</kbd></button> <span class="till-wait" role="status" data-status></span></div></form>
<?cs elif:May.Ask ?><p class="question"><?cs var:W.refund.ask_help ?></p>
<?cs call:form_begin("/cashier/refund?id=" + Orig.Id) ?><?cs call:field(Form.amount) ?><?cs call:field(Form.method) ?><?cs call:field(Form.reason) ?><?cs call:field(Form.red_no) ?><?cs call:form_end(W.refund.ask, "/cashier/refunds") ?>
<?cs elif:!Refund.Standing ?><p class="question" role="status"><?cs var:W.refund.cannot ?></p><?cs /if ?>
<p class="till-back"><a href="/cashier/refunds"><?cs var:W.refund.all ?></a></p></section>
<?cs call:till_keys() ?><?cs call:till_end() ?>
