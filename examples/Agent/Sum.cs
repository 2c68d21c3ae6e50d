using System.Globalization;

namespace Cano.Examples.Agent;

/// <summary>Numbers with + - * / and parentheses between them.</summary>
public sealed class Sum(string text)
{
    // A parenthesis takes room on the stack, and the model says how many there are.
    private const int LengthMax = 200;

    private int _at;

    /// <exception cref="ToolException">It is no sum, or has no result.</exception>
    public string Evaluate()
    {
        if (text.Length > LengthMax)
            throw new ToolException($"a sum has at most {LengthMax} characters");
        try
        {
            var result = Terms();
            return Peek() == '\0'
                ? result.ToString("0.##########", CultureInfo.InvariantCulture)
                : throw NoSum();
        }
        catch (ArithmeticException failure)
        {
            throw new ToolException(failure.Message);
        }
    }

    private decimal Terms()
    {
        var result = Factors();
        while (true)
        {
            if (Take('+'))
                result += Factors();
            else if (Take('-'))
                result -= Factors();
            else
                return result;
        }
    }

    private decimal Factors()
    {
        var result = Factor();
        while (true)
        {
            if (Take('*'))
                result *= Factor();
            else if (Take('/'))
                result /= Factor();
            else
                return result;
        }
    }

    private decimal Factor()
    {
        if (Take('-'))
            return -Factor();
        if (!Take('('))
            return Number();
        var result = Terms();
        return Take(')') ? result : throw NoSum();
    }

    private decimal Number()
    {
        Peek();
        var start = _at;
        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.'))
            _at++;
        return decimal.TryParse(
            text.AsSpan(start, _at - start),
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : throw NoSum();
    }

    /// <summary>The next character that is no space; '\0' at the end.</summary>
    private char Peek()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
        return _at < text.Length ? text[_at] : '\0';
    }

    private bool Take(char wanted)
    {
        if (Peek() != wanted)
            return false;
        _at++;
        return true;
    }

    private ToolException NoSum() => new($"'{text}' is no sum");
}
