using System.Globalization;
using System.Text;
using Tercel.Api.Model;
using Tercel.Data;

namespace Tercel.Api.Schema;

/// <summary>What the first rows of a table hold in one column. SQLite checks no types, so a declared type is a hint
/// and the values decide between forms that share it.</summary>
internal sealed class ColumnSample
{
    /// <summary>Above it an integer time counts milliseconds: in seconds it would be after the year 5000.</summary>
    private const long SecondsMax = 100_000_000_000;

    private const long ExactMax = (1L << 53) - 1;

    private int _integers;
    private int _reals;
    private int _texts;
    private int _blobs;
    private int _withT;
    private int _withSpace;
    private int _dates;
    private int _times;
    private long _largest;
    private double _finest;

    public bool IsEmpty => _integers + _reals + _texts + _blobs == 0;

    public bool OnlyIntegers => _integers > 0 && _reals + _texts + _blobs == 0;

    public bool OnlyNumbers => _integers + _reals > 0 && _texts + _blobs == 0;

    public bool OnlyTexts => _texts > 0 && _integers + _reals + _blobs == 0;

    public bool OnlyBlobs => _blobs > 0 && _integers + _reals + _texts == 0;

    /// <summary>Some integer is larger than a JSON number carries.</summary>
    public bool HasLarge => _largest > ExactMax;

    public bool OnlyDates => OnlyTexts && _dates == _texts;

    public bool OnlyTimes => OnlyTexts && _times == _texts;

    /// <summary>The one form in which all times are stored; null when there are several, or none is known.</summary>
    public DateTimeFormat? Times
    {
        get
        {
            if (OnlyIntegers) return _largest > SecondsMax ? DateTimeFormat.UnixMs : DateTimeFormat.Unix;
            if (!OnlyTexts) return null;
            if (_withT == _texts) return DateTimeFormat.Iso;
            return _withSpace + _dates == _texts ? DateTimeFormat.Sql : null;
        }
    }

    /// <summary>True when rounding to so many digits after the point would change a value.</summary>
    public bool IsFinerThan(int scale) => _finest > scale;

    public void Add(SqlRows rows, int column)
    {
        switch (rows.Kind(column))
        {
            case SqlKind.Integer:
                _integers++;
                _largest = Math.Max(_largest, Math.Abs(Math.Max(rows.Integer(column), -long.MaxValue)));
                break;
            case SqlKind.Real:
                _reals++;
                _finest = Math.Max(_finest, Digits(rows.Real(column)));
                break;
            case SqlKind.Text:
                _texts++;
                AddText(Encoding.UTF8.GetString(rows.Utf8(column)));
                break;
            case SqlKind.Blob:
                _blobs++;
                break;
        }
    }

    private void AddText(string text)
    {
        if (text.Length == 10 && TimeText.TryReadDate(text, default, out _)) _dates++;
        else if (text.Length is 5 or >= 8 && TimeText.TryReadTime(text, out _)) _times++;
        else if (text.Length >= 16 && char.IsAsciiDigit(text[0]) && TimeText.TryReadDateTime(text, default, out _))
        {
            if (text[10] == 'T') _withT++;
            else _withSpace++;
        }
    }

    // Digits after the point in the shortest text of the number.
    private static int Digits(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (text.Contains('E', StringComparison.Ordinal)) return Math.Abs(value) < 1 ? int.MaxValue : 0;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? 0 : text.Length - point - 1;
    }
}
