using System.Text;
using Tercel.Chassis.Configuration;
using Tercel.Chassis.Observability;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Chassis;

public sealed class SettingsTests : IDisposable
{
    private static readonly Setting<int> Port = new("http.port", SettingType.Int(1, 65535), 8080, "The port.")
    {
        Alias = "PORT",
        Flag = "--port",
    };

    private static readonly Setting<bool> Docs = new("http.docs", SettingType.Bool, true, "Docs.") { Flag = "--docs" };

    private static readonly Setting<string> Token = new("admin.token", SettingType.Text(100), "", "A token.")
    {
        IsSecret = true,
    };

    private static readonly Setting<string> Password = new("admin.secret", SettingType.Text(100), "", "A secret.")
    {
        IsSecret = true,
        Flag = "--password",
    };

    private static readonly Setting<AccessLog> Access =
        new("log.access", SettingType.Choice<AccessLog>(), AccessLog.All, "Access.");

    private static readonly Setting<IReadOnlyList<string>> Origins =
        new("http.origins", SettingType.List, [], "Origins.");

    private static readonly SettingsSchema Schema = new([[Port, Docs, Token, Password, Access, Origins]]);

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    private static SettingsSource Env(params (string Name, string Value)[] variables) =>
        EnvironmentSource.Read(Schema, variables.ToDictionary(static v => v.Name, static v => v.Value));

    private static SettingsSource Flags(params string[] args) => FlagSource.Read(Schema, args, out _);

    private static SettingsSource Json(string json) => JsonSource.Read(Encoding.UTF8.GetBytes(json), "f.json");

    private static Settings Load(params SettingsSource[] sources)
    {
        Assert.True(Settings.Load(Schema, sources).TryGet(out var settings, out var errors), Text(errors));
        return settings!;
    }

    private static IReadOnlyList<Error> Fail(params SettingsSource[] sources)
    {
        var result = Settings.Load(Schema, sources);
        Assert.False(result.IsOk);
        return result.Errors;
    }

    private static string Text(IReadOnlyList<Error> errors) => string.Join('\n', errors.Select(static e => e.Detail));

    [Fact]
    public void Without_any_source_the_default_holds()
    {
        var settings = Load();
        Assert.Equal(8080, settings.Get(Port));
        Assert.Equal("default", settings.PlaceOf(Port));
    }

    [Fact]
    public void A_stronger_source_wins_and_the_place_tells_which()
    {
        var file = Json("""{"http": {"port": 1}}""");
        Assert.Equal("f.json:1:19", Load(file).PlaceOf(Port));
        Assert.Equal("env PORT", Load(file, Env(("PORT", "2"))).PlaceOf(Port));
        var settings = Load(file, Env(("PORT", "2")), Flags("--port", "3"));
        Assert.Equal(3, settings.Get(Port));
        Assert.Equal("--port", settings.PlaceOf(Port));
    }

    [Fact]
    public void The_full_variable_wins_over_its_alias() =>
        Assert.Equal(5, Load(Env(("TERCEL__HTTP__PORT", "5"), ("PORT", "4"))).Get(Port));

    [Fact]
    public void All_mistakes_of_all_sources_are_reported_at_once()
    {
        var errors = Fail(
            Json("""{"http": {"prot": 1, "port": "x"}}"""), Env(("TERCEL__LOG__ACESS", "all")), Flags("--port=0"));
        Assert.Equal(
            ["unknown_key", "invalid_value", "unknown_key", "invalid_value"], errors.Select(static e => e.Code.Name));
        Assert.Equal("http.port", errors[0].Suggestion);
        Assert.Equal("f.json:1:19: no setting 'http.prot'; did you mean 'http.port'?", errors[0].Detail);
        Assert.Equal("log.access", errors[2].Suggestion);
        Assert.Equal("--port: http.port must be an integer from 1 to 65535, and '0' is not", errors[3].Detail);
    }

    [Fact]
    public void A_right_name_in_the_wrong_section_is_suggested() =>
        Assert.Equal("admin.token", Fail(Json("""{"security": {"token": "x"}}"""))[0].Suggestion);

    [Fact]
    public void A_wrong_choice_is_answered_with_the_nearest_word() =>
        Assert.Equal("errors", Fail(Json("""{"log": {"access": "error"}}"""))[0].Suggestion);

    [Fact]
    public void A_variable_of_another_program_is_left_alone() => Load(Env(("TERCELX", "1"), ("HTTP_PORT", "x")));

    [Fact]
    public void A_value_may_come_from_a_file_named_by_the_variable()
    {
        File.WriteAllText(_file, "s3cret\n");
        Assert.Equal("s3cret", Load(Env(("TERCEL__ADMIN__TOKEN_FILE", _file))).Get(Token));
    }

    [Fact]
    public void A_missing_file_of_a_secret_is_a_mistake() =>
        Assert.Equal("unreadable_file", Fail(Env(("TERCEL__ADMIN__TOKEN_FILE", _file + ".no")))[0].Code.Name);

    [Fact]
    public void A_secret_is_never_printed()
    {
        var long1 = new string('s', 101);
        var explained = SettingsText.Explain(Load(Env(("TERCEL__ADMIN__TOKEN", "s3cret"))));
        Assert.DoesNotContain("s3cret", explained, StringComparison.Ordinal);
        Assert.DoesNotContain(long1, Text(Fail(Env(("TERCEL__ADMIN__TOKEN", long1)))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_stands_on_the_command_line_only_where_it_has_a_flag_of_its_own()
    {
        Assert.Equal("secret_on_command_line", Fail(Flags("--set", "admin.token=s3cret"))[0].Code.Name);
        var settings = Load(Flags("--password", "s3cret"));
        Assert.Equal("s3cret", settings.Get(Password));
        Assert.DoesNotContain("s3cret", SettingsText.Explain(settings), StringComparison.Ordinal);
    }

    [Fact]
    public void Flags_are_taken_out_and_the_rest_keeps_its_order()
    {
        var source = FlagSource.Read(
            Schema,
            ["samples/shop", "--docs", "--port=9", "--other", "x", "--set", "log.access=off", "--", "--port"],
            out var rest);
        Assert.Equal(["samples/shop", "--other", "x", "--", "--port"], rest);
        var settings = Load(source);
        Assert.Equal((9, true, AccessLog.Off), (settings.Get(Port), settings.Get(Docs), settings.Get(Access)));
        Assert.Equal("--set log.access", settings.PlaceOf(Access));
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--set")]
    [InlineData("--set", "http.port")]
    public void A_flag_without_its_value_is_a_mistake(params string[] args) =>
        Assert.Equal("missing_value", Fail(Flags(args))[0].Code.Name);

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("3")]
    [InlineData("""{"http": {"port": [{}]}}""")]
    public void A_file_that_is_not_an_object_of_settings_is_a_mistake(string json) =>
        Assert.Equal("malformed_file", Fail(Json(json))[0].Code.Name);

    [Fact]
    public void A_file_may_have_comments_lists_and_a_section()
    {
        var json = """
            { // ours
              "Tercel": { "http": { "origins": ["https://a.example", "https://b.example"], }, },
              "other": { "x": 1 }
            }
            """;
        var settings = Load(JsonSource.Read(Encoding.UTF8.GetBytes(json), "f.json", "Tercel"));
        Assert.Equal(["https://a.example", "https://b.example"], settings.Get(Origins));
        Assert.Equal("f.json:2:36", settings.PlaceOf(Origins));
    }

    [Fact]
    public void Values_that_others_read_already_keep_the_place_they_give()
    {
        var settings = Load(new SettingsSource([new SettingText("http.port", "81", "tercel.yaml:6:11")]));
        Assert.Equal("tercel.yaml:6:11", settings.PlaceOf(Port));
    }

    [Fact]
    public void Explain_names_each_setting_its_value_and_its_place() => Assert.Contains(
        "http.port     99    --port\n", SettingsText.Explain(Load(Flags("--port", "99"))), StringComparison.Ordinal);
}
