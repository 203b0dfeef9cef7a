<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.slip_bank.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.slip_bank.where ?>"><a href="/console/remit"><?cs var:W.slip_bank.all ?></a> / <a class="number" href="/console/remit/slip?id=<?cs var:Slip.Id ?>"><?cs var:Slip.Name ?></a></nav>
<h1><?cs var:W.slip_bank.title ?> <?cs call:state(Slip.State.Kind, Slip.State.Word) ?></h1>
<dl class="facts">
<div><dt><?cs var:W.slip_bank.slip ?></dt><dd><?cs call:number(Slip.Name) ?></dd></div>
<?cs call:fact(W.slip_bank.owner, Slip.Owner) ?>
<?cs call:fact(W.slip_bank.to, Slip.To) ?>
<div><dt><?cs var:W.slip_bank.sum ?></dt><dd><strong>¥<?cs var:Slip.Amount ?></strong></dd></div>
</dl>
<p class="question"><?cs var:W.slip_bank.question ?></p>
<?cs call:form_begin("/console/remit/bank?id=" + Slip.Id) ?>
<?cs call:field(Form.bank) ?>
<?cs call:field(Form.bank_no) ?>
<?cs call:field(Form.bank_date) ?>
<?cs call:field(Form.amount) ?>
<?cs call:form_end(W.slip_bank.go, "/console/remit/slip?id=" + Slip.Id) ?>
<?cs call:page_end() ?>
