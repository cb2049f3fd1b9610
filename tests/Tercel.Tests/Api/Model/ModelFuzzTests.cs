using System.Diagnostics;
using System.Text;
using Tercel.Api.Model;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.Api.Model;

/// <summary>Breaks good models at random places: the loader must answer, quickly, and never throw.</summary>
[Trait("Kind", "Fuzz")]
public sealed class ModelFuzzTests
{
    private const int Rounds = 2000;

    private static readonly string[] Pieces =
    [
        ":", "- ", "{", "}", "[", "]", ",", "&a ", "*a", "!!str ", "? ", "| ", "> ", "'", "\"", "#", "\t", "\n", "\r",
            "---", "...",
        "${", "${X}", "${X:-", "%YAML 1.1\n", "<<: *a", "\u0000", "\uFEFF", "ref(", "enum(", "decimal(", ")",
            "=",
        "default=", "pattern=(", "9999999999999999999", "-", "@ref(", "null", "true", "\u2028", "\\u", "\\x4", "0",
            "(((((((((", "not ",
    ];

    private static readonly string[] Sources =
    [
        GoodModels.Everything, GoodModels.Existing,
            File.ReadAllText(Path.Combine(ModelText.Sample("shop"), "tercel.yaml")),
        """{ "api": 1, "database": "sqlite:x", "resources": { "t": { "fields": { "id": "int", "a": "ref(t)" } } } }""",
    ];

    [Fact]
    public void No_small_edit_makes_the_loader_throw() =>
        Fuzz.Run(Sources, Rounds, text => Check("m.yaml", Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void No_moved_lines_and_YAML_signs_make_the_loader_throw()
    {
        var random = new Random(unchecked((int)Fuzz.Seed));
        foreach (var round in Fuzz.Rounds(Rounds))
        {
            var bytes = Encoding.UTF8.GetBytes(Mutate(Sources[random.Next(Sources.Length)], random));
            if (random.Next(20) == 0 && bytes.Length > 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                Check(random.Next(4) == 0 ? "m.json" : "m.yaml", bytes);
            }
            catch (Exception e)
            {
                Assert.Fail($"TERCEL_FUZZ_SEED={Fuzz.Seed}, round {round}: {e}\n{Encoding.UTF8.GetString(bytes)}");
            }
        }
    }

    // Every answer comes soon, and every mistake has a place.
    private static void Check(string name, byte[] bytes)
    {
        var folder = Directory.CreateTempSubdirectory("tercel-fuzz-").FullName;
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        var watch = Stopwatch.StartNew();
        var loaded = ModelLoader.Load(path, _ => null);
        Assert.All(loaded.Errors, e => Assert.True(e.Line >= 1 && e.Column >= 1 && e.File is not null, e.Detail));
        _ = ModelErrorsText.Render(loaded.Errors);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"it took {watch.Elapsed}");
        Directory.Delete(folder, recursive: true);
    }

    private static string Mutate(string text, Random random)
    {
        var lines = text.Split('\n').ToList();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var at = random.Next(lines.Count);
            var column = random.Next(lines[at].Length + 1);
            switch (random.Next(7))
            {
                case 0: lines.RemoveAt(at); break;
                case 1: lines.Insert(at, lines[random.Next(lines.Count)]); break;
                case 2: (lines[at], lines[0]) = (lines[0], lines[at]); break;
                case 3: lines[at] = lines[at].Remove(column,
                    Math.Min(random.Next(1, 4), lines[at].Length - column)); break;
                case 4: lines[at] = new string(' ', random.Next(8)) + lines[at].TrimStart(); break;
                default: lines[at] = lines[at].Insert(column, Pieces[random.Next(Pieces.Length)]); break;
            }

            if (lines.Count == 0) lines.Add("");
        }

        return string.Join('\n', lines);
    }
}
