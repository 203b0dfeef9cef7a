<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs include:"cashier_frame.cs" ?><?cs call:till_begin(W.readings.title) ?>
<section class="till-who" aria-labelledby="s-fetch"><h2 id="s-fetch"><?cs var:W.readings.fetch ?></h2>
<form method="post" action="/cashier/readings" data-once autocomplete="off"><input type="hidden" name="token" value="<?cs var:Page.Token ?>">
<label class="form-label" for="f-route"><?cs var:W.readings.route ?></label>
<div class="till-row"><input class="form-control<?cs if:Form.route.Error ?> is-invalid<?cs /if ?>" type="text" id="f-route" name="route" maxlength="30" value="<?cs var:Form.route.Value ?>" data-focus<?cs call:hints(Form.route) ?>><button type="submit" class="btn btn-main"><?cs var:W.readings.get ?></button></div><?cs call:notes(Form.route) ?>
<p class="form-text"><?cs var:W.readings.route_note ?></p></form></section>
<section class="till-what" aria-labelledby="s-rounds"><h2 id="s-rounds"><?cs var:W.readings.rounds ?></h2>
<?cs if:subcount(Round) > 0 ?><ul class="rounds"><?cs each:r = Round ?>
<li><a class="round" href="/cashier/round?id=<?cs var:r.Id ?><?cs if:!r.Done ?>&amp;state=open<?cs /if ?>"><span class="number"><?cs var:r.Route ?></span> <?cs var:r.Name ?></a> <span class="round-period"><?cs var:r.Period ?></span>
<?cs call:progress(r) ?></li><?cs /each ?></ul>
<?cs if:Next ?><nav class="pages" aria-label="<?cs var:W.pages ?>"><a class="btn btn-sm btn-plain" href="/cashier/readings?before=<?cs var:Next ?>" rel="next"><?cs var:W.next_page ?></a></nav><?cs /if ?>
<?cs else ?><p class="empty"><?cs var:W.readings.no_rounds ?></p><?cs /if ?></section>
<?cs call:till_keys() ?><?cs call:till_end() ?>
