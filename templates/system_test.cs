<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.system_test.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.system_test.above ?>"><a href="/console/systems"><?cs var:W.system_test.all ?></a> / <a href="/console/system?name=<?cs var:url_escape(System.Name) ?>"><?cs var:System.Name ?></a></nav>
<h1><?cs var:W.system_test.title ?></h1>
<p><?cs var:W.system_test.about ?></p>
<?cs set:action = "/console/system/test?name=" + System.Name ?><?cs set:back = "/console/system?name=" + System.Name ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.customer_no) ?>
<?cs call:form_end(W.system_test.go, back) ?>
<?cs if:Answer.There ?><section aria-labelledby="s-answer"><h2 id="s-answer"><?cs var:W.system_test.answer ?></h2>
<div role="status"><dl class="facts"><div><dt><?cs var:W.system_test.result ?></dt><dd><?cs call:state(Answer.Colour, Answer.Class) ?></dd></div>
<div><dt><?cs var:W.system_test.took ?></dt><dd><?cs var:Answer.Ms ?> ms</dd></div>
<?cs call:fact(W.system_test.code, Answer.Code) ?>
<?cs call:fact(W.system_test.text, Answer.Text) ?>
<?cs if:Answer.Ok ?><?cs call:fact(W.system_test.customer, Answer.Customer) ?>
<?cs call:fact(W.system_test.name, Answer.Name) ?>
<?cs call:fact(W.system_test.meter, Answer.Meter) ?>
<?cs call:figure(W.system_test.bills, Answer.Bills) ?>
<div><dt><?cs var:W.system_test.advance ?></dt><dd>¥<?cs var:Answer.Advance ?></dd></div><?cs /if ?></dl></div></section><?cs /if ?>
<?cs call:page_end() ?>
