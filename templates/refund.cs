<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.refund.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.refund.crumbs ?>"><a href="/console/refunds"><?cs var:W.refund.all ?></a> / <a class="number" href="/console/txn?id=<?cs var:Orig.Id ?>"><?cs var:Orig.Number ?></a></nav>
<div class="head"><h1><?cs var:W.refund.title ?> ¥<?cs var:Orig.Amount ?><?cs if:Refund.Standing ?> <?cs call:state(Refund.Kind, Refund.Word) ?><?cs /if ?></h1></div>
<dl class="facts">
<div><dt><?cs var:W.refund.orig ?></dt><dd><?cs call:number(Orig.Number) ?> <?cs call:state(Orig.State.Kind, Orig.State.Word) ?></dd></div>
<div><dt><?cs var:W.refund.customer ?></dt><dd><span class="number"><?cs var:Orig.Customer ?></span> <?cs var:Orig.Name ?></dd></div>
<?cs call:fact(W.refund.business, Orig.Op) ?><?cs call:fact(W.refund.paid_by, Orig.Method) ?><?cs call:fact(W.refund.at, Orig.At) ?><?cs call:fact(W.refund.org, Orig.Org) ?><?cs call:fact(W.refund.operator, Orig.Operator) ?>
</dl>
<?cs if:Refund.Standing ?><section aria-labelledby="s-asked"><h2 id="s-asked"><?cs var:W.refund.request ?></h2><dl class="facts">
<?cs call:fact(W.refund.asked_at, Refund.At) ?><?cs call:fact(W.refund.method, Refund.Method) ?><?cs call:fact(W.refund.reason, Refund.Reason) ?>
<?cs if:Refund.RedNo ?><?cs call:fact(W.refund.red_no, Refund.RedNo) ?><?cs /if ?><?cs if:Refund.Note ?><?cs call:fact(W.refund.note, Refund.Note) ?><?cs /if ?>
<?cs if:Refund.TxnId ?><div><dt><?cs var:W.refund.txn ?></dt><dd><a class="number" href="/console/txn?id=<?cs var:Refund.TxnId ?>"><?cs var:Refund.TxnNumber ?></a></dd></div><?cs /if ?>
<?cs if:Refund.PaidAt ?><?cs call:fact(W.refund.paid_at, Refund.PaidAt) ?><?cs call:fact(W.refund.bank_no, Refund.BankNo) ?><?cs /if ?>
</dl><?cs if:May.Approval ?><p><a href="/console/approval?id=<?cs var:Refund.Id ?>"><?cs var:W.refund.approval ?></a></p><?cs /if ?>
<?cs if:Refund.Standing == "ready" ?><p class="question" role="status"><?cs var:W.refund.at_window ?></p><?cs /if ?></section><?cs /if ?>
<?cs if:May.Pay ?><section aria-labelledby="s-pay"><h2 id="s-pay"><?cs var:W.refund.pay_title ?></h2><p class="question"><?cs var:W.refund.pay_help ?></p>
<?cs call:form_begin("/console/refund/pay?id=" + Orig.Id) ?><input type="hidden" name="refund" value="<?cs var:Refund.Id ?>"><?cs call:field(Form.bank_no) ?><?cs call:form_end(W.refund.pay, "/console/refunds") ?></section>
<?cs elif:May.Ask ?><section aria-labelledby="s-ask"><h2 id="s-ask"><?cs var:W.refund.ask ?></h2><p class="question"><?cs var:W.refund.ask_help ?></p>
<?cs call:form_begin("/console/refund?id=" + Orig.Id) ?><?cs call:field(Form.amount) ?><?cs call:field(Form.method) ?><?cs call:field(Form.reason) ?><?cs call:field(Form.red_no) ?><?cs call:form_end(W.refund.ask, "/console/txn?id=" + Orig.Id) ?></section>
<?cs elif:!Refund.Standing ?><p class="question" role="status"><?cs var:W.refund.cannot ?></p><?cs /if ?>
<?cs call:page_end() ?>
