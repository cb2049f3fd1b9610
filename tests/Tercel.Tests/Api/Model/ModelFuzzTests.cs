using System.Diagnostics;
using System.Text;
using Tercel.Api.Model;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.Api.Model;

/// <summary>Breaks good models at random places: the loader must answer, quickly, and never throw.</summary>
public sealed class ModelFuzzTests
{
    private const int Rounds = 1500;

    private static readonly string[] Pieces =
    [
        ":", "- ", "{", "}", "[", "]", ",", "&a ", "*a", "!!str ", "? ", "| ", "> ", "'", "\"", "#", "\t", "\n", "\r",
            "---", "...",
        "${", "${X}", "${X:-", "%YAML 1.1\n", "<<: *a", "\u0000", "\uFEFF", "ref(", "enum(", "decimal(", ")",
            "=",
        "default=", "pattern=(", "9999999999999999999", "-", "@ref(", "null", "true", "\u2028", "\\u", "\\x4", "0",
            "(((((((((", "not ",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_file_makes_the_loader_throw_or_hang(int seed)
    {
        var random = new Random(seed + (int)(Fuzz.Seed & 0xff_ffff));
        string[] sources =
        [
            GoodModels.Everything, GoodModels.Existing,
                File.ReadAllText(Path.Combine(ModelText.Sample("shop"), "tercel.yaml")),
            """{ "api": 1, "database": "sqlite:x", "resources": { "t": { "fields": { "id": "int", "a": "ref(t)" } } } }""",
        ];
        var folder = Directory.CreateTempSubdirectory("tercel-fuzz-").FullName;
        var slowest = TimeSpan.Zero;
        foreach (var round in Fuzz.Rounds(Rounds))
        {
            var text = Mutate(sources[random.Next(sources.Length)], random);
            var path = Path.Combine(folder, random.Next(4) == 0 ? "m.json" : "m.yaml");
            var bytes = Encoding.UTF8.GetBytes(text);
            if (random.Next(20) == 0 && bytes.Length > 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, bytes);
            var watch = Stopwatch.StartNew();
            try
            {
                var loaded = ModelLoader.Load(path, _ => null);
                Assert.All(loaded.Errors, e =>
                    Assert.True(e.Line >= 1 && e.Column >= 1 && e.File is not null, e.Detail));
                _ = ModelErrorsText.Render(loaded.Errors);
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"TERCEL_FUZZ_SEED={Fuzz.Seed}, {seed}, round {round}: {e.GetType()} {e.StackTrace}\n{text}");
            }

            if (watch.Elapsed > slowest) slowest = watch.Elapsed;
        }

        Directory.Delete(folder, recursive: true);
        Assert.True(slowest < TimeSpan.FromSeconds(10), $"the slowest took {slowest}");
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
