<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.grant_take.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.grant_take.which ?>"><a href="/console/user?id=<?cs var:User.Id ?>"><?cs var:User.Name ?></a></nav>
<h1><?cs var:W.grant_take.title ?></h1>
<p class="question"><?cs var:W.grant_take.question ?></p>
<dl class="facts"><?cs call:fact(W.person.name, User.Name) ?><div><dt><?cs var:W.person.login ?></dt><dd class="number"><?cs var:User.Login ?></dd></div>
<?cs call:fact(W.grant_take.role, Grant.Role) ?><?cs call:fact(W.grant_take.org, Grant.Org) ?></dl>
<?cs set:action = "/console/grant/take?id=" + Grant.Id ?><?cs set:back = "/console/user?id=" + User.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:form_end_danger(W.grant_take.go, back) ?>
<?cs call:page_end() ?>
