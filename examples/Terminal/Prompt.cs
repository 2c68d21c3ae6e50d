using System.Text;

namespace Cano.Examples.Terminal;

/// <summary>A line that is being typed, and lines that are written meanwhile: they come above it.</summary>
/// <remarks>The console's own line would be torn by whatever is written while somebody types.</remarks>
public sealed class Prompt(string mark) : TextWriter
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _typed = new();
    private bool _isOpen;

    public override Encoding Encoding => Console.OutputEncoding;

    /// <summary>Reads keys until Enter; null at Ctrl-D on an empty line, and when the terminal was
    /// closed.</summary>
    public string? ReadLine()
    {
        lock (_gate)
        {
            _isOpen = true;
            Draw();
        }

        while (true)
        {
            if (ReadKey() is not { } key)
                return null;
            lock (_gate)
            {
                var isOver = key is { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control };
                if (isOver && _typed.Length == 0)
                    return null;
                if (key.Key == ConsoleKey.Enter)
                    return Take();
                Type(key);
            }
        }
    }

    public override void WriteLine(string? value)
    {
        lock (_gate)
        {
            if (_isOpen)
                Erase();
            Print($"{value}{Environment.NewLine}");
            if (_isOpen)
                Draw();
        }
    }

    public override void Write(char value) => throw new NotSupportedException("whole lines only");

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (_isOpen)
                Erase();
            _isOpen = false;
        }

        base.Dispose(disposing);
    }

    private static ConsoleKeyInfo? ReadKey()
    {
        try
        {
            return Console.ReadKey(intercept: true);
        }
        catch (Exception closed) when (closed is IOException or InvalidOperationException)
        {
            return null;
        }
    }

    private void Type(ConsoleKeyInfo key)
    {
        Erase();
        if (key.Key == ConsoleKey.Backspace && _typed.Length > 0)
            _typed.Length--;
        else if (!char.IsControl(key.KeyChar))
            _typed.Append(key.KeyChar);
        Draw();
    }

    private string Take()
    {
        var line = _typed.ToString();
        _typed.Clear();
        _isOpen = false;
        Print(Environment.NewLine);
        return line;
    }

    /// <summary>A terminal that was closed takes nothing, and nobody reads it; the program goes on to its end
    /// all the same.</summary>
    private static void Print(string text)
    {
        try
        {
            Console.Write(text);
        }
        catch (IOException)
        {
            // It is closed.
        }
    }

    private void Draw() => Print(mark + _typed);

    /// <summary>Goes to where the typed line begins, which may be rows above, and clears all
    /// below.</summary>
    private void Erase()
    {
        var rows = (mark.Length + _typed.Length - 1) / Math.Max(1, Console.WindowWidth);
        Print((rows > 0 ? $"\e[{rows}A" : "") + "\r\e[J");
    }
}
