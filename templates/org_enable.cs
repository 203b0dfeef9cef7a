<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs if:Org.Enabled ?><?cs call:page_begin(W.org_enable.title_off) ?><?cs else ?><?cs call:page_begin(W.org_enable.title_on) ?><?cs /if ?>
<nav class="crumbs" aria-label="<?cs var:W.org_enable.which ?>"><a href="/console/org?id=<?cs var:Org.Id ?>"><?cs var:Org.Name ?></a></nav>
<h1><?cs if:Org.Enabled ?><?cs var:W.org_enable.title_off ?><?cs else ?><?cs var:W.org_enable.title_on ?><?cs /if ?></h1>
<p class="question"><?cs if:Org.Enabled ?><?cs var:W.org_enable.question_off ?><?cs else ?><?cs var:W.org_enable.question_on ?><?cs /if ?></p>
<dl class="facts"><?cs call:fact(W.org_enable.which, Org.Name) ?><div><dt><?cs var:W.org_enable.its_code ?></dt><dd class="number"><?cs var:Org.Code ?></dd></div>
<?cs call:hindrances() ?></dl>
<?cs if:Org.Enabled && subcount(Open) > 0 ?><p class="alert alert-warning"><?cs var:W.org_enable.hindered ?></p><?cs /if ?>
<?cs set:action = "/console/org/enable?id=" + Org.Id ?><?cs set:back = "/console/org?id=" + Org.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:field(Form.reason) ?>
<?cs call:field(Form.code) ?>
<?cs if:Org.Enabled ?><?cs call:form_end_danger(W.org_enable.go_off, back) ?><?cs else ?><?cs call:form_end(W.org_enable.go_on, back) ?><?cs /if ?>
<?cs call:page_end() ?>
