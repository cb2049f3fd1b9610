using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tercel.Api.Model.Loading;

/// <summary>Writes a part of the model file as JSON: the defaults of json fields and lists.</summary>
internal static class NodeJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(ModelNode node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options)) Write(node, writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(ModelNode node, Utf8JsonWriter writer)
    {
        switch (node)
        {
            case ModelNode.Map map:
                writer.WriteStartObject();
                foreach (var (key, value) in map.Entries)
                {
                    writer.WritePropertyName(key.Text);
                    Write(value, writer);
                }

                writer.WriteEndObject();
                break;
            case ModelNode.List list:
                writer.WriteStartArray();
                foreach (var item in list.Items) Write(item, writer);
                writer.WriteEndArray();
                break;
            case ModelNode.Scalar scalar:
                WriteScalar(scalar, writer);
                break;
        }
    }

    private static void WriteScalar(ModelNode.Scalar scalar, Utf8JsonWriter writer)
    {
        if (scalar.IsNull) writer.WriteNullValue();
        else if (scalar.Plain && scalar.Text is "true" or "false") writer.WriteBooleanValue(scalar.Text == "true");
        else if (scalar.Plain && IsNumber(scalar.Text)) writer.WriteRawValue(scalar.Text);
        else writer.WriteStringValue(scalar.Text);
    }

    private static bool IsNumber(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) && IsJson(text);

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
