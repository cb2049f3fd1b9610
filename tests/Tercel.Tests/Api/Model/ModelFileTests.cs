using System.Text;
using Tercel.Api.Model;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Model;

public sealed class ModelFileTests
{
    [Theory]
    [InlineData("no")]
    [InlineData("NO")]
    [InlineData("yes")]
    [InlineData("on")]
    [InlineData("off")]
    [InlineData("y")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("2026-01-01")]
    [InlineData("12:30:45")]
    public void What_old_YAML_reads_as_something_else_stays_a_text(string country)
    {
        var model = ModelText.Good(ModelText.Fields($"country: enum({country},other) default={country}")
            + $"name: {country}\nenums: {{ countries: [{country}] }}\n");
        Assert.Equal(country, model.Entity("things")!.Field("country")!.Type.EnumValues[0]);
        Assert.Equal(country, model.Enums["countries"][0]);
        Assert.Equal(country, model.Name);
    }

    [Theory]
    [InlineData("${A}", "one")]
    [InlineData("x ${A} ${B} y", "x one two y")]
    [InlineData("${C:-three}", "three")]
    [InlineData("${A:-three}", "one")]
    [InlineData("${EMPTY:-three}", "three")]
    [InlineData("'${EMPTY}'", "")]
    [InlineData("${C:-}x", "x")]
    [InlineData("$${A}", "${A}")]
    [InlineData("${INJECT}", "a: b\nc: d")]
    [InlineData("$A {B}", "$A {B}")]
    public void Environment_variables_are_put_into_values(string text, string expected)
    {
        var variables = new Dictionary<string, string>
        {
            ["A"] = "one", ["B"] = "two", ["EMPTY"] = "", ["INJECT"] = "a: b\nc: d",
        };
        var model = ModelText.Good(
            ModelText.Fields() + $"description: {text}\n", name => variables.GetValueOrDefault(name));
        Assert.Equal(expected, model.Description);
    }

    [Fact]
    public void JSON_is_read_as_well_with_places()
    {
        const string Good =
            """{ "api": 1, "database": "sqlite:x", "resources": { "t": { "fields": { "id": "int pk auto" } } } }""";
        Assert.True(ModelText.Load(Good, name: "m.json").IsOk);
        Assert.True(ModelText.Load(Good).IsOk);
        Assert.Equal("1:85 model.unknown_option",
            Places(ModelText.Load(Good.Replace("auto", "atuo", StringComparison.Ordinal), name: "m.json")));
        Assert.Equal("2:1 model.syntax", Places(ModelText.Load("{ \"api\": 1,\n}", name: "m.json")));
        Assert.Equal("2:2 model.duplicate",
            Places(ModelText.Load(Good.Replace("\"api\": 1,", "\"api\": 1,\n \"api\": 1,", StringComparison.Ordinal),
                name: "m.json")));
    }

    [Fact]
    public void A_folder_means_its_model_file()
    {
        var folder = Directory.CreateTempSubdirectory("tercel-model-").FullName;
        Assert.Equal("1:1 model.file", Places(ModelLoader.Load(folder, _ => null)));
        File.WriteAllText(Path.Combine(folder, "tercel.yml"), ModelText.Fields());
        Assert.True(ModelLoader.Load(folder, _ => null).TryGet(out var model, out _));
        Assert.Equal(folder, model.Folder);
        Assert.Equal([Path.Combine(folder, "tercel.yml")], model.Files);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Included_files_add_to_the_model()
    {
        var loaded = ModelText.Load(
        [
            ("m.yaml", ModelText.Fields("state: enum(states)") + "include: [parts/a.yaml, b.json]\n"),
            ("parts/a.yaml", "include: c.yaml\nenums: { states: [a, b] }\n"),
            ("parts/c.yaml", "resources: { more: { fields: { id: int pk, thing: ref(things) } } }\n"),
            ("b.json", """{ "resources": { "last": { "fields": { "id": "int pk" } } } }"""),
        ]);
        Assert.True(loaded.TryGet(out var model, out var errors), ModelErrorsText.Render(errors));
        Assert.Equal(["things", "more", "last"], model.Entities.Select(e => e.Name));
        Assert.Equal(4, model.Files.Count);
    }

    [Theory]
    [InlineData("m.yaml", "model.cycle")]
    [InlineData("../out.yaml", "model.include")]
    public void A_bad_include_inside_of_an_include_is_told_there(string target, string code)
    {
        var errors = ModelText.Load([("m.yaml", ModelText.Fields() + "include: p.yaml\n"),
            ("p.yaml", $"include: {target}\n")]).Errors;
        Assert.Equal($"1:10 {code}", Places(errors));
        Assert.EndsWith("p.yaml", errors[0].File, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        var folder = Directory.CreateTempSubdirectory("tercel-model-").FullName;
        File.WriteAllText(Path.Combine(folder, "m.yaml"), ModelText.Fields() + "include: p.yaml\n");
        File.CreateSymbolicLink(Path.Combine(folder, "p.yaml"), "/etc/hostname");
        Assert.Equal("7:10 model.include", Places(ModelLoader.Load(Path.Combine(folder, "m.yaml"), _ => null)));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Anchors_work_and_cannot_grow_without_bound()
    {
        var model = ModelText.Good(
            "api: 1\ndatabase: sqlite:x\nresources:\n  a: &a\n    table: a\n    fields: { id: int pk }\n"
            + "enums: { x: &x [a, b], y: *x }\n");
        Assert.Equal(["a", "b"], model.Enums["y"]);

        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 10; i++)
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        Assert.EndsWith("model.limit", Places(ModelText.Load(bomb.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public void Size_depth_and_width_are_limited()
    {
        Assert.Equal("1:1 model.limit", Places(ModelText.Load(new string('#', 1024 * 1024 + 1))));
        Assert.True(ModelText.Load(ModelText.Fields() + new string('#', 1024 * 1024 - 200) + "\n").IsOk);
        Assert.EndsWith("model.limit", Places(ModelText.Load("a: " + new string('[', 100_000))),
            StringComparison.Ordinal);
        Assert.EndsWith("model.limit", Places(ModelText.Load(string.Concat(Enumerable.Repeat("- 1\n", 50_001)))),
            StringComparison.Ordinal);
        var including = new (string, string)[12];
        for (var i = 0; i < 12; i++)
            including[i] = ($"m{i}.yaml", (i == 0 ? ModelText.Fields() : "") + $"include: m{i + 1}.yaml\n");
        Assert.Contains("model.limit", Places(ModelText.Load(including)), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_refused_with_its_line()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("tercel-model-").FullName, "m.yaml");
        File.WriteAllBytes(file, [.. "api: 1\nname: "u8, 0xFF, (byte)'\n']);
        Assert.Equal("2:1 model.syntax", Places(ModelLoader.Load(file, _ => null)));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private static string Places(Result<ApiModel> loaded) => Places(loaded.Errors);

    private static string Places(IReadOnlyList<Error> errors) =>
        string.Join("; ", errors.Select(e => $"{e.Line}:{e.Column} {e.Code}"));
}
