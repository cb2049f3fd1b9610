namespace Tercel.Tests.Api.Model;

/// <summary>Models that use everything the format has.</summary>
internal static class GoodModels
{
    public const string Everything = """
        api: 1
        name: everything
        description: All that there is.
        versions: [v2]
        database: sqlite:every.db
        schema: owned
        server:
          { listen: "127.0.0.1:8081", cors: [https://a.example, https://b.example], docs: false, timeout: 5s, max_body: 2MiB }
        limits: { query.nodes_max: 50, query.time_max: 2s }
        defaults:
          page: { limit: 10, max: 100 }
          query: { max_depth: 3, unindexed_filter: allow }
        enums:
          state: [on, off, no, yes, "null", 'true', 1.10]
        resources:
          owners:
            table: people
            was: humans
            description: Who owns.
            deprecated: { since: 2026-01-01, sunset: 2027-01-01, use: things }
            fields:
              id: uuid pk
              email: email(200) required unique(nocase)
              nick: { type: string(40), nocase: true, min_length: 2, max_length: 20, description: A short name. }
            many:
              things: { to: things.owner, write: true, on_delete: cascade }
              tags: { through: links.tag, from: owner }
          tags:
            fields: { id: int pk auto, slug: slug(20) required unique }
          links:
            path: null
            fields: { owner: ref(owners) required, tag: ref(tags) required }
            pk: [owner, tag]
          things:
            fields:
              id: bigint pk auto
              number: string(20) readonly unique default=seq('T-{0000}')
              owner: ref(owners) required
              parent: ref(things) null on_delete=set_null column=up_id
              price: decimal(10, 2) required default=1.50 min=0.5 max=1e6
              copied: string default=@ref(owner.nick)
              ratio: float
              ok: bool default=true
              state: enum(state) default=off index
              colour: enum('deep red', green) default='deep red'
              code: string pattern=^[A-Z]{2}\d+$
              note: text max=500 default='it''s fine'
              on_day: date default=now
              at_time: time default='23:59:59'
              seen: datetime format=unix
              fixed: datetime default=2026-01-31T12:00:00Z null
              changed: datetime auto readonly
              list: int[] max_items=5 default=[1, 2]
              names: string(5)[]
              data: { type: json, default: { a: [1, x, null, true], b: "1" } }
              pic: bytes
              secret: string(40) write_only min=10
              old: { type: string(10), was: older, deprecated: { since: 2026-01-01 } }
              lock: version
            computed:
              twice: decimal(12,2) = price * 2
              four: { type: "decimal(12,2)", value: twice * 2, description: Four times. }
              siblings: int = count(parent.children)
            many: { children: things.parent }
            index: [[state, -changed], -seen, gin(data)]
            unique: [[owner, code]]
            search: { fields: { note: 2, code: 1 }, language: simple }
            rules: [{ check: price gt 0 or ok, at: price, message: too cheap }]
            access: { read: public, write: public }
            soft_delete: gone_at
            concurrency: require_if_match
            page: { limit: 5, max: 50 }
        views:
          sums:
            sql: SELECT state, sum(price) AS total FROM things GROUP BY 1
            key: state
            fields: { state: text, total: float }
        deprecated:
          - { field: things.ratio, since: 2026-10-01, sunset: 2027-04-01, use: things.price }
          - { resource: sums, since: 2026-10-01 }
        """;

    public const string Existing = """
        api: 1
        database: sqlite:old.db
        schema: existing
        resources:
          Order Details:
            readonly: true
            fields:
              Order Id: int
              total: decimal
              stamp: text default=sql(CURRENT_TIMESTAMP)
            refs: { Order: { to: Orders, fields: [Order Id] } }
          Orders:
            fields: { Id: int pk auto }
            many: { Order Details: Order Details.Order }
        views:
          Totals: { fields: { total: float } }
        """;
}
