using System.Globalization;
using System.Text;
using Cano.Postgres.Commits;
using Cano.Runtime.Checkpoints;
using Npgsql;

namespace Cano.Postgres.Reading;

/// <summary>What a filter asks, as conditions of a statement.</summary>
internal sealed class FilterText
{
    private readonly StringBuilder _text = new();
    private readonly List<NpgsqlParameter> _parameters = [];

    /// <param name="filter">The filter; its limit is the caller's.</param>
    /// <param name="place">The run behind which the list goes on, in place of the filter's own.</param>
    public FilterText(RunFilter filter, RunPlace? place)
    {
        if (filter.Statuses is { } statuses)
            Statuses(statuses);
        If(filter.WorkflowName, "r.workflow");
        if (filter.WorkflowVersion is { } version)
            And($"r.version = {Add((long)version)}");
        If(filter.State, "r.state");
        If(filter.ParentRunId, "r.parent");
        if (filter.IdPrefix is { } prefix)
            Prefixed(prefix);
        if (filter.Tags is { } tags)
            And($"r.tags @> {Add(TagText.Of(RunTags.Of(tags)))}");
        if (filter.StartedAfter is { } after)
            And($"r.started > {Add(after.UtcTicks)}");
        if (filter.StartedBefore is { } before)
            And($"r.started < {Add(before.UtcTicks)} and r.started > 0");
        if (place is { } behind)
            Behind(behind);
    }

    /// <summary>Adds them to a statement that has conditions, and what it takes.</summary>
    public void AddTo(NpgsqlCommand command)
    {
        command.CommandText += _text;
        foreach (var parameter in _parameters)
            command.Parameters.Add(parameter);
    }

    private void Statuses(IReadOnlyCollection<RunStatus> statuses)
    {
        // Runs that have not ended have an index.
        if (!statuses.Any(RunStatuses.IsEnd))
            And("r.ended = 0");
        int[] wanted = [.. statuses.Select(status => (int)status)];
        And($"{Summaries.Status} = any({Add(wanted)})");
    }

    /// <summary>As a range: every server finds it by index.</summary>
    private void Prefixed(string prefix)
    {
        And($"r.run_id >= {Add(prefix)}");
        if (Behind(prefix) is { } end)
            And($"r.run_id < {Add(end)}");
    }

    /// <summary>The first text that is behind all that begin like this; null: none is. Texts are compared by
    /// their bytes, and so by their characters' numbers.</summary>
    private static string? Behind(string prefix)
    {
        const int Last = 0x10FFFF;
        var runes = prefix.EnumerateRunes().ToList();
        while (runes is [.., { Value: Last }])
            runes.RemoveAt(runes.Count - 1);
        if (runes.Count == 0)
            return null;
        var next = runes[^1].Value + 1;
        // There are no characters between these numbers.
        runes[^1] = new Rune(next == 0xD800 ? 0xE000 : next);
        return string.Concat(runes);
    }

    private void Behind(RunPlace place)
    {
        var ticks = Add(place.StartTicks);
        And(
            place.RunId is { } id
                ? $"r.started <= {ticks} and (r.started < {ticks} or r.run_id > {Add(id)})"
                : $"r.started < {ticks}"
        );
    }

    private void If(string? value, string column)
    {
        if (value is not null)
            And($"{column} = {Add(value)}");
    }

    private void And(string condition) => _text.Append(" and ").Append(condition);

    private string Add<T>(T value)
    {
        _parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return string.Create(CultureInfo.InvariantCulture, $"${_parameters.Count}");
    }
}
