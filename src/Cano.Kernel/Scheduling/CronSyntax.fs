namespace Cano.Kernel

/// Reads a cron expression: five columns, six with seconds, or a macro.
[<RequireQualifiedAccess>]
module internal CronSyntax =

    /// What it says in the fields' own words.
    let private macros =
        Map [
            "@yearly", "0 0 0 1 1 *"
            "@annually", "0 0 0 1 1 *"
            "@monthly", "0 0 0 1 * *"
            "@weekly", "0 0 0 * * 0"
            "@daily", "0 0 0 * * *"
            "@midnight", "0 0 0 * * *"
            "@hourly", "0 0 * * * *"
            "@every_minute", "0 * * * * *"
            "@every_second", "* * * * * *"
        ]

    let private beforeLast back isNearestWeekday =
        CronDays.BeforeLast(back, isNearestWeekday)

    /// What follows an `L`: nothing, `W`, `-3` or `-3W`.
    let private lastDay (rest: CronToken) =
        let field = CronField.dayOfMonth
        let isNearestWeekday = CronToken.endsWith "W" rest
        let back = if isNearestWeekday then CronToken.chop rest else rest

        if back.Text = "" then
            Ok(beforeLast 0 isNearestWeekday)
        elif back.Text[0] = '-' then
            CronValues.number field 0 30 (CronToken.skip 1 back)
            |> Result.map (fun back -> beforeLast back isNearestWeekday)
        else
            rest |> CronToken.refuse field "only W or -0 to -30 may follow L"

    let private days (token: CronToken) =
        let field = CronField.dayOfMonth

        if CronToken.startsWith "L" token then
            lastDay (CronToken.skip 1 token)
        elif CronToken.endsWith "W" token && not (token.Text.Contains ',') then
            CronValues.number field 1 31 (CronToken.chop token)
            |> Result.map CronDays.NearestWeekday
        else
            CronValues.read field token |> Result.map (fun it -> CronDays.Among it.Bits)

    let private weekday token =
        CronValues.value CronField.dayOfWeek token |> Result.map (fun day -> day % 7)

    let private weekdays (token: CronToken) =
        let field = CronField.dayOfWeek

        match CronToken.split '#' token with
        | [ day; n ] ->
            weekday day
            |> Result.bind (fun day ->
                CronValues.number field 1 5 n |> Result.map (fun n -> CronWeekdays.Nth(day, n)))
        | _ ->
            if token.Text.Length > 1 && CronToken.endsWith "L" token then
                weekday (CronToken.chop token) |> Result.map CronWeekdays.Last
            else
                CronValues.read field token |> Result.map (fun it -> CronWeekdays.Among it.Bits)

    /// Six columns; the first that is refused is told.
    let private columns (tokens: CronToken list) =
        let read field index = CronValues.read field tokens[index]

        read CronField.second 0
        |> Result.bind (fun seconds ->
            read CronField.minute 1
            |> Result.bind (fun minutes ->
                read CronField.hour 2
                |> Result.bind (fun hours ->
                    days tokens[3]
                    |> Result.bind (fun days ->
                        read CronField.month 4
                        |> Result.bind (fun months ->
                            weekdays tokens[5]
                            |> Result.map (fun weekdays -> {
                                Seconds = seconds.Bits
                                Minutes = minutes.Bits
                                Hours = hours.Bits
                                Days = days
                                Months = months.Bits
                                Weekdays = weekdays
                                IsInterval =
                                    seconds.IsRegular || minutes.IsRegular || hours.IsRegular
                            }))))))

    let private count = "5 fields are allowed (from the minute) or 6 (from the second)"

    let private fields (text: string) (tokens: CronToken list) =
        match tokens.Length with
        | 5 -> columns ({ At = 1; Text = "0" } :: tokens)
        | 6 -> columns tokens
        | n when n < 5 ->
            { At = text.Length + 1; Text = "" }
            |> CronToken.refuse (CronField.six[n + 1]) $"the text ends after {n}; {count}"
        | _ -> tokens[6] |> CronToken.refuse CronField.dayOfWeek $"nothing may follow; {count}"

    let private named (macro: CronToken) =
        match Map.tryFind (macro.Text.ToLowerInvariant()) macros with
        | Some fields -> columns (CronToken.words fields)
        | None ->
            let known = String.concat ", " macros.Keys

            Error {
                Field = "macro"
                At = macro.At
                Why = $"'{macro.Text}' is none of {known}"
            }

    /// What an expression means, or why it is refused.
    let read (text: string) : Result<CronSchedule, CronRefusal> =
        match CronToken.words text with
        | [ macro ] when macro.Text[0] = '@' -> named macro
        | tokens -> fields text tokens
