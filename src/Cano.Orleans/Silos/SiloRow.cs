using Cano.Postgres.Connections;
using Npgsql;
using Orleans;
using Orleans.Runtime;

namespace Cano.Orleans.Silos;

/// <summary>A silo as a row of the table.</summary>
internal static class SiloRow
{
    /// <summary>Adds all that a row has, in the order of the statements.</summary>
    public static void AddTo(NpgsqlCommand command, MembershipEntry silo, int version)
    {
        command.Add(silo.SiloAddress.ToParsableString());
        command.Add(version);
        command.Add((short)silo.Status);
        command.Add(silo.SiloName ?? "");
        command.Add(silo.HostName ?? "");
        command.Add(silo.ProxyPort);
        command.Add(Utc(silo.StartTime));
        command.Add(Utc(silo.IAmAliveTime));
        var suspects = silo.SuspectTimes ?? [];
        command.Add<string[]>([.. suspects.Select(vote => vote.Item1.ToParsableString())]);
        command.Add<DateTime[]>([.. suspects.Select(vote => Utc(vote.Item2))]);
    }

    public static Tuple<MembershipEntry, string> Read(NpgsqlDataReader reader)
    {
        var suspecting = reader.GetFieldValue<string[]>(8).Select(SiloAddress.FromParsableString);
        var silo = new MembershipEntry
        {
            SiloAddress = SiloAddress.FromParsableString(reader.GetString(0)),
            Status = (SiloStatus)reader.GetInt16(2),
            SiloName = reader.GetString(3),
            HostName = reader.GetString(4),
            ProxyPort = reader.GetInt32(5),
            StartTime = reader.GetDateTime(6),
            IAmAliveTime = reader.GetDateTime(7),
            SuspectTimes = [.. suspecting.Zip(reader.GetFieldValue<DateTime[]>(9), Tuple.Create)],
        };
        return Tuple.Create(silo, TextOf(reader.GetInt32(1)));
    }

    /// <summary>A number as the protocol carries it.</summary>
    public static string TextOf(int etag) => FormattableString.Invariant($"{etag}");

    /// <summary>As the database takes it, whose instants are those of UTC.</summary>
    public static DateTime Utc(DateTime instant) => DateTime.SpecifyKind(instant, DateTimeKind.Utc);
}
