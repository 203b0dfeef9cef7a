<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.import.title) ?>
<h1><?cs var:W.import.title ?></h1>
<?cs if:Found ?><div class="alert alert-<?cs if:Text ?>success<?cs else ?>danger<?cs /if ?>" role="status"><?cs var:Found ?></div><?cs /if ?>
<?cs if:subcount(Wrong) > 0 ?><div class="sheet mb-3" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.import.line ?></th><th scope="col"><?cs var:W.import.kind ?></th><th scope="col"><?cs var:W.import.code ?></th><th scope="col"><?cs var:W.import.at ?></th><th scope="col"><?cs var:W.import.why ?></th></tr></thead>
<tbody><?cs each:w = Wrong ?>
<tr><td class="number"><?cs var:w.Line ?></td><td><?cs var:w.Kind ?></td><td class="number"><?cs var:w.Code ?></td><td><?cs var:w.At ?></td><td class="text"><?cs var:w.Why ?></td></tr><?cs /each ?>
</tbody></table></div><?cs /if ?>
<?cs if:Progress.Said ?>
<section aria-labelledby="s-progress"><h2 id="s-progress"><?cs var:Progress.Said ?></h2>
<progress class="progress-line" value="<?cs var:Progress.At ?>" max="<?cs var:Progress.All ?>" aria-labelledby="s-progress"></progress>
<?cs if:Progress.Stuck ?><p class="alert alert-danger"><?cs var:Progress.Stuck ?></p><?cs /if ?>
<?cs if:!Progress.Done ?><p><?cs var:W.import.going_on ?></p>
<form method="post" enctype="multipart/form-data" action="/console/import" class="form" data-once<?cs if:!Progress.Stuck ?> data-go-on<?cs /if ?>><input type="hidden" name="token" value="<?cs var:Page.Token ?>">
<input type="hidden" name="text" value="<?cs var:Progress.Text ?>"><input type="hidden" name="from" value="<?cs var:Progress.At ?>"><input type="hidden" name="secrets" value="<?cs var:Progress.Secrets ?>">
<?cs call:form_end(W.import.go_on, "") ?></form><?cs /if ?>
<?cs if:Progress.Secrets ?><form method="post" enctype="multipart/form-data" action="/console/import" class="form"><input type="hidden" name="token" value="<?cs var:Page.Token ?>">
<input type="hidden" name="text" value="<?cs var:Progress.Text ?>"><input type="hidden" name="finish" value="1"><input type="hidden" name="secrets" value="<?cs var:Progress.Secrets ?>">
<p><?cs var:W.import.download_help ?></p>
<div class="form-end"><button type="submit" class="btn <?cs if:Progress.Done ?>btn-main<?cs else ?>btn-plain<?cs /if ?>"><?cs var:W.import.download ?></button></div></form><?cs /if ?></section>
<?cs elif:Text ?>
<?cs if:There ?><p><?cs var:There ?></p><?cs /if ?>
<p><?cs var:W.import.secrets ?></p>
<?cs call:form_begin_file("/console/import") ?>
<input type="hidden" name="text" value="<?cs var:Text ?>">
<?cs call:form_end(W.import.apply, "/console/import") ?>
<?cs else ?>
<?cs call:form_begin_file("/console/import") ?>
<div class="field"><label class="form-label" for="f-file"><?cs var:W.import.file ?></label>
<input class="form-control" type="file" id="f-file" name="file" accept=".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" required aria-describedby="h-file">
<div class="form-text" id="h-file"><?cs var:W.import.file_help ?></div></div>
<?cs call:form_end(W.import.check, "/console/orgs") ?>
<section aria-labelledby="s-form"><h2 id="s-form"><?cs var:W.import.form ?></h2>
<p><?cs var:W.import.about ?></p>
<div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.import.column ?></th><th scope="col"><?cs var:W.import.content ?></th></tr></thead>
<tbody>
<tr><td><?cs var:W.import.h_kind ?></td><td class="text"><?cs var:W.import.c_kind ?></td></tr>
<tr><td><?cs var:W.import.h_code ?></td><td class="text"><?cs var:W.import.c_code ?></td></tr>
<tr><td><?cs var:W.import.h_name ?></td><td class="text"><?cs var:W.import.c_name ?></td></tr>
<tr><td><?cs var:W.import.h_below ?></td><td class="text"><?cs var:W.import.c_below ?></td></tr>
<tr><td><?cs var:W.import.h_operator ?></td><td class="text"><?cs var:W.import.c_operator ?></td></tr>
<tr><td><?cs var:W.import.h_role ?></td><td class="text"><?cs var:W.import.c_role ?></td></tr>
<tr><td><?cs var:W.import.h_limit ?></td><td class="text"><?cs var:W.import.c_limit ?></td></tr>
</tbody></table></div></section>
<?cs /if ?>
<?cs call:page_end() ?>
