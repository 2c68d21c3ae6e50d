using System.Text;

namespace Cano.Examples.TextPipeline;

/// <summary>A file that is no text, or that the system does not let us read; the message says why.</summary>
public sealed class UnreadableFileException(string reason, Exception? inner = null)
    : Exception(reason, inner);

/// <summary>Counts one file, in pieces: its size does not matter.</summary>
public static class TextFile
{
    /// <summary>A longer run of letters and digits counts as a word, but is no vocabulary.</summary>
    private const int WordLengthMax = 64;

    /// <summary>More different words than prose has. Counts are journaled, so they stay small.</summary>
    private const int VocabularyMax = 50_000;

    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>Lines, words and characters of a file; a word is a run of letters and digits.</summary>
    /// <exception cref="UnreadableFileException">It is no text, or cannot be read.</exception>
    public static async Task<TextCounts> CountAsync(
        string folder,
        string path,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var reader = new StreamReader(Path.Combine(folder, path), StrictUtf8);
            var tally = new Tally();
            var buffer = new char[16 * 1024];
            int length;
            while ((length = await reader.ReadBlockAsync(buffer, cancellationToken)) > 0)
                tally.Add(buffer.AsSpan(0, length));
            return tally.Counts(path);
        }
        catch (Exception thrown) when (Reason(thrown) is { } reason)
        {
            throw new UnreadableFileException(reason, thrown);
        }
    }

    // The system's own messages name absolute paths; the report should be the same wherever the folder lies.
    private static string? Reason(Exception thrown) =>
        thrown switch
        {
            DecoderFallbackException => "not UTF-8",
            FileNotFoundException or DirectoryNotFoundException => "no longer there",
            UnauthorizedAccessException => "no permission",
            IOException => "input error",
            _ => null,
        };

    /// <summary>The count so far, and the word that the last piece ended in.</summary>
    private sealed class Tally
    {
        private readonly Dictionary<string, long> _frequencies = new(StringComparer.Ordinal);
        private readonly StringBuilder _word = new();
        private long _lines;
        private long _words;
        private long _characters;
        private bool _isInLine;

        public void Add(ReadOnlySpan<char> piece)
        {
            foreach (var character in piece)
            {
                if (character == '\0')
                    throw new UnreadableFileException("binary");
                // Two halves of a surrogate pair are one character.
                if (!char.IsLowSurrogate(character))
                    _characters++;
                _isInLine = character != '\n';
                if (!_isInLine)
                    _lines++;
                if (!char.IsLetterOrDigit(character))
                    EndWord();
                else if (_word.Length <= WordLengthMax)
                    _word.Append(char.ToLowerInvariant(character));
            }
        }

        public TextCounts Counts(string path)
        {
            EndWord();
            return new TextCounts
            {
                Files = 1,
                Lines = _isInLine ? _lines + 1 : _lines,
                Words = _words,
                Characters = _characters,
                Frequencies = _frequencies,
                Largest = [new FileLength(path, _characters)],
            };
        }

        private void EndWord()
        {
            if (_word.Length == 0)
                return;
            _words++;
            if (_word.Length <= WordLengthMax)
            {
                var word = _word.ToString();
                _frequencies[word] = _frequencies.GetValueOrDefault(word) + 1;
                if (_frequencies.Count > VocabularyMax)
                    throw new UnreadableFileException("data, not prose");
            }

            _word.Clear();
        }
    }
}
