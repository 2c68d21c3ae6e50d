using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Cano;

/// <summary>How a <see cref="PostgresCheckpointStore"/> uses its database.</summary>
public sealed partial record PostgresCheckpointOptions
{
    /// <summary>The schema that the store has for itself; it is made when it is missing. `cano` unless given:
    /// a lower-case letter or `_`, then lower-case letters, digits and `_`, at most 63.</summary>
    /// <exception cref="ArgumentException">It is another name.</exception>
    public string Schema
    {
        get;
        init =>
            field =
                value is not null && PlainName().IsMatch(value)
                    ? value
                    : throw new ArgumentException(
                        $"'{value}' cannot be the schema: a lower-case letter or _, then lower-case letters, "
                            + "digits and _, at most 63",
                        nameof(value)
                    );
    } = "cano";

    /// <summary>How long, not negative, a call waits for a database that does not answer, 30 s unless given.
    /// Then it throws `checkpoint_store`. That it stands in line for a connection, while the database answers
    /// others, does not count. A first statement is given up on after a quarter of it, at least a
    /// second, for its connection may be dead; what is asked again has all that is left. The commit of a
    /// transactional call is asked about for longer, see
    /// <see cref="PostgresTaskContextExtensions"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below zero.</exception>
    public TimeSpan Patience
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>How often, above zero, the store looks for signals and cancels that other processes have
    /// accepted, 250 ms unless given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above zero.</exception>
    public TimeSpan SignalPoll
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromMilliseconds(250);

    /// <summary>The clock that stamps rows which do not say when they were written; the system's unless
    /// given. All else goes by the database's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the store tells what no caller hears of; nowhere unless given. What it throws changes
    /// nothing.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>What is set: "schema cano, patience 00:00:30, signals polled every
    /// 00:00:00.2500000".</summary>
    public override string ToString() =>
        $"schema {Schema}, patience {Patience}, signals polled every {SignalPoll}";

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainName();
}
