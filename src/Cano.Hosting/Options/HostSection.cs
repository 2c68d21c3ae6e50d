using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Cano.Hosting.Options;

/// <summary>Reads the options from the host's configuration, before code sets them. A binder would do it by
/// reflection, which a program that is compiled ahead of time has not.</summary>
/// <param name="configuration">The host's; null: it has none.</param>
internal sealed class HostSection(IConfiguration? configuration) : IConfigureOptions<CanoHostOptions>
{
    public void Configure(CanoHostOptions options)
    {
        if (configuration?.GetSection(CanoHostOptions.Section) is not { } section)
            return;
        var reading = new Reading(section, options.Unread);
        options.Journal = options.ConfiguredJournal = reading.Text(nameof(options.Journal));
        options.Retention = options.ConfiguredRetention = reading.Value(
            nameof(options.Retention),
            Retention.Parse,
            options.Retention
        );
        options.ResumeOnStart = reading.Value(
            nameof(options.ResumeOnStart),
            bool.Parse,
            options.ResumeOnStart
        );
        options.ResumeConcurrency = reading.Value(
            nameof(options.ResumeConcurrency),
            text => int.Parse(text, CultureInfo.InvariantCulture),
            options.ResumeConcurrency
        );
        options.SuspendGrace = reading.Value(
            nameof(options.SuspendGrace),
            text => TimeSpan.Parse(text, CultureInfo.InvariantCulture),
            options.SuspendGrace
        );
        reading.TellOthers();
    }

    private sealed class Reading(IConfigurationSection section, List<string> unread)
    {
        private readonly List<string> _known = [];

        public string? Text(string key)
        {
            _known.Add(key);
            return section[key] is { Length: > 0 } text ? text : null;
        }

        /// <summary>A value under any other key is a slip; what has keys beneath it is the program's
        /// own.</summary>
        public void TellOthers()
        {
            foreach (var other in section.GetChildren())
                if (other.Value is not null && !_known.Contains(other.Key, StringComparer.OrdinalIgnoreCase))
                    unread.Add($"{other.Path} is no option: those are {string.Join(", ", _known)}");
        }

        public T Value<T>(string key, Func<string, T> parse, T unlessGiven)
        {
            if (Text(key) is not { } text)
                return unlessGiven;
            try
            {
                return parse(text);
            }
            catch (Exception thrown)
                when (thrown is FormatException or ArgumentException or OverflowException)
            {
                unread.Add(
                    $"{section.Path}:{key} is '{text}', which is no {Nullable.GetUnderlyingType(typeof(T))?.Name ?? typeof(T).Name}"
                );
                return unlessGiven;
            }
        }
    }
}
