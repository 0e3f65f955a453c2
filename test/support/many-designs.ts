import pg from 'pg'

/** Base64 of that many bytes that look random, drawn from the number `i` and a seed. */
const noise = (seed: string, bytes: number): string => {
  const blocks = `select string_agg(sha512(convert_to('${seed}' || i || '-' || k, 'utf8')), ''::bytea)
    from generate_series(1, ${Math.ceil(bytes / 64)}) k`
  return `replace(encode(substr((${blocks}), 1, ${bytes}), 'base64'), e'\\n', '')`
}
const view = (seed: string, at: number): string =>
  `'phash', substr(h.sha, ${at}, 16), 'dhash', substr(h.sha, ${at + 16}, 16),
   'luma', ${noise(`${seed} luma `, 576)}, 'chroma', ${noise(`${seed} chroma `, 72)}`
const PICTURE = { format: 'png', width: 2400, height: 2800, dpi: 300, hasAlpha: true, pages: 1 }

/** A statement that gives the shop so many designs more, as workstations would have stored them, in a second or two for
 *  10,000; all of them different. `UVDTF 16oz` is their template, and their numbers begin with a million
 *  and go on with the shop's revs. */
export function manyDesigns(shopName: string, count: number): string {
  return `
    with shop as (
      update shops set rev = rev + ${count} where name = '${shopName}' returning id, rev
    ), tag as (
      insert into history (shop_id, rev, tag) select id, rev, gen_random_uuid() from shop
    )
    insert into designs (shop_id, id, rev, record)
    select shop.id, u.id, n, jsonb_build_object(
      'id', u.id, 'template', 'UVDTF 16oz', 'number', 1000000 + n, 'fileName', 'UV ' || n || ' UVDTF 16oz_' || n || '.png',
      'originalName', 'design ' || n || '.png', 'remotePath', '/shop/UVDTF 16oz/UV ' || n || ' UVDTF 16oz_' || n || '.png',
      'sizeBytes', 2000000 + i, 'storedSha256', h.sha, 'uploadedAt', '2026-01-02T03:04:05.678Z',
      'picture', '${JSON.stringify({ ...PICTURE, colourSpace: 'srgb', hasColourProfile: false })}'::jsonb,
      'fingerprint', jsonb_build_object(
        'sha256', h.sha, 'matte', 'light', 'lowVariance', false, 'algorithmVersion', 3,
        'hashes', jsonb_build_object('ahash', substr(h.sha, 5, 16), 'whash', substr(h.sha, 6, 16),
          'blockhash', substr(h.sha, 7, 16), 'phash', substr(h.sha, 1, 16), 'dhash', substr(h.sha, 17, 16)),
        'pixels', jsonb_build_object('digest', md5(h.sha), 'place', '0,0,2400x2800'),
        'luma', ${noise('luma ', 576)}, 'chroma', ${noise('chroma ', 72)},
        'framed', jsonb_build_object(${view('framed', 9)})))
    from shop, generate_series(1, ${count}) i, lateral (select shop.rev - ${count} + i as n) numbered,
      lateral (select overlay(overlay(md5('design ' || shop.rev || ' ' || i) placing '4' from 13) placing '8' from 17)::uuid as id) u,
      lateral (select encode(sha256(convert_to(u.id::text, 'utf8')), 'hex') as sha) h`
}

/** Runs statements on a PostgreSQL database, beside the service that has it. */
export async function runOn(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
