using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tercel.Api.Model;
using Tercel.Api.Writing;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Writing;

// Bodies that clients should never send. Nothing may throw, and what is refused must leave no trace.
[Trait("Kind", "Fuzz")]
public sealed class WriteFuzzTests
{
    private static readonly (string Method, string Path, string Body)[] Seeds =
    [
        ("POST", "/v1/products",
            """{"sku":"B-1","name":"Boot","price":12.50,"category_id":1,"tags":["a"],"attrs":{"a":[1,{"b":null}]}}"""),
        ("POST", "/v1/products?on_conflict=sku",
            """{"sku":"A-1","name":"Boot","price":1e1,"category_id":1,"big":"12","photo":"aGk="}"""),
        ("POST", "/v1/products?atomic=false",
            """[{"sku":"B-1","name":"Boot","price":1,"category_id":1},{"sku":"A-1"},7]"""),
        ("POST", "/v1/orders",
            """{"note":"x","lines":[{"product_id":1,"quantity":2},{"line":5,"product_id":2,"quantity":1}]}"""),
        ("PATCH", "/v1/products/1",
            """{"stock":{"$inc":-1},"tags":{"$add":["x"]},"attrs":{"color":null},"version":3}"""),
        ("PATCH", "/v1/products", """[{"id":1,"price":9},{"id":2,"stock":{"$inc":5}}]"""),
        ("PATCH", "/v1/products?status=active", """{"weight":1.5,"released":"2026-01-01"}"""),
        ("PUT", "/v1/products/2", """{"sku":"B-9","name":"Boot","price":12.50,"category_id":2}"""),
        ("PUT", "/v1/orders/01890a5d-ac96-774b-bcce-b302099a8057",
            """{"lines":[{"line":1,"product_id":1,"quantity":3}]}"""),
        ("POST", "/v1/batch",
            """{"ops":[{"id":"o","method":"POST","path":"/orders","body":{"note":"$$x.y"}},"""
            + """{"method":"PATCH","path":"/orders/$o.id","body":{"note":"$o.number"}}]}"""),
    ];

    private static readonly string[] Fragments =
    [
        "null", "true", "-0", "1e400", "1e-400", "9007199254740993", "99999999999999999999", "0.1234567", "\"\"",
            "\"\\u0000\"",
        "\"\\ud800\"", "\"\\ud83d\\ude00\"", "[]", "{}", "[[[[[]]]]]", "{\"$inc\":1}", "{\"$inc\":\"1\"}",
            "{\"$add\":[1]}",
        "\"$o.id\"", "\"$o\"", "\"$o.id.x\"", "\"'; DROP TABLE products; --\"", "1.0", "\"now\"", "\"id\":1", ",", ":",
            "\"", "\\", "{", "}",
    ];

    private static TimeSpan Time => TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("TERCEL_FUZZ_SECONDS"), CultureInfo.InvariantCulture,
            out var s) ? s : 2);

    [Fact]
    public async Task No_body_fails_and_a_refused_one_changes_nothing()
    {
        var prng = new Prng(20260304);
        var clock = Stopwatch.StartNew();
        var answered = 0;
        while (clock.Elapsed < Time || answered == 0)
        {
            await using var shop = await WriteShop.Open();
            var http = new WriteHttp(shop);
            var before = await shop.Everything();
            for (var i = 0; i < 200 && (clock.Elapsed < Time || answered == 0); i++, answered++)
            {
                var (method, path, seed) = prng.Pick(Seeds);
                var body = Mutate(seed, prng);
                var reply = await http.Send(method, path, body);
                Assert.True(reply.Status is >= 200 and < 500, $"{reply.Status} for {method} {path} {body}");
                var after = await shop.Everything();
                if (reply.Status >= 400)
                    Assert.True(before == after, $"{reply.Status} but changed: {method} {path} {body}");
                before = after;
            }
        }
    }

    [Fact]
    public void The_reader_takes_any_bytes_and_its_output_reads_back()
    {
        var prng = new Prng(7);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(Mutate(prng.Pick(Seeds).Body, prng));
            for (var j = prng.Below(3); j > 0 && bytes.Length > 0; j--) bytes[prng.Below(bytes.Length)] =
                (byte)prng.Below(256);
            if (!BodyReader.Read(bytes, 8).TryGet(out var document, out var errors))
            {
                Assert.True(errors[0].Line >= 1 && errors[0].Column >= 1);
                continue;
            }

            var stored = StoredJson.Of(document.Root);
            Assert.True(BodyReader.Read(stored, 8).TryGet(out var again, out _));
            Assert.Equal(stored.ToArray(), StoredJson.Of(again.Root).ToArray());
            foreach (var entity in WriteShopModel.Build().Entities)
                _ = new WriteValidator(new WriteOptions(ApiLimits.Default, WriteShop.Now)).ReadOne(document.Root,
                    entity, WriteMode.Create);
        }
    }

    private static string Mutate(string body, Prng prng)
    {
        var text = new StringBuilder(body);
        for (var count = prng.Below(4); count >= 0; count--)
        {
            var at = prng.Below(text.Length + 1);
            switch (prng.Below(5))
            {
                case 0:
                    text.Insert(at, prng.Pick(Fragments));
                    break;
                case 1 when at < text.Length:
                    text.Remove(at, Math.Min(prng.Between(1, 6), text.Length - at));
                    break;
                case 2:
                    ReplaceValue(text, prng);
                    break;
                case 3 when at < text.Length:
                    text[at] = (char)prng.Between(0x20, 0x7E);
                    break;
                default:
                    ReplaceValue(text, prng);
                    break;
            }
        }

        return text.ToString();
    }

    // A value in the place of another one keeps the body well-formed, so that it gets deep into the writer.
    private static void ReplaceValue(StringBuilder text, Prng prng)
    {
        var body = text.ToString();
        var start = body.IndexOf(':', Math.Min(prng.Below(body.Length + 1), Math.Max(0, body.Length - 1)));
        if (start < 0) return;
        var end = body.IndexOfAny([',', '}', ']'], start);
        if (end < 0) return;
        text.Remove(start + 1, end - start - 1).Insert(start + 1, prng.Pick(Fragments));
    }
}
