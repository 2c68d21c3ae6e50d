namespace Cano.FSharp

open System
open System.Globalization
open System.Net

/// Elements of HTML and SVG as text.
[<RequireQualifiedAccess>]
module internal Markup =

    /// A text as it may stand between tags and in attributes.
    let text (text: string) : string = nonNull (WebUtility.HtmlEncode text)

    let number (number: float) =
        Math.Round(number, 1).ToString CultureInfo.InvariantCulture

    let private attribute (name: string, value: string) = $" {name}=\"{text value}\""

    /// An element with what stands in it, which is markup already.
    let element name attributes (inner: string) =
        let attributes = attributes |> List.map attribute |> String.concat ""
        $"<{name}{attributes}>{inner}</{name}>"

    /// An element of a picture. What a pointer over it is told stands in it.
    let shape name attributes (title: string) =
        element name attributes (if title = "" then "" else element "title" [] (text title))

    let words (attributes: (string * string) list) x y (said: string) =
        element "text" ([ "x", number x; "y", number y ] @ attributes) (text said)

    /// A picture of this size, on ground of its own: a notebook may be dark.
    let picture width height (said: string) (inner: string list) =
        let ground = [
            "width", number width
            "height", number height
            "rx", "8"
            "fill", Palette.ground
        ]

        element
            "svg"
            [
                "xmlns", "http://www.w3.org/2000/svg"
                "role", "img"
                "aria-label", said
                "width", number width
                "height", number height
                "viewBox", $"0 0 {number width} {number height}"
                "font-family", "system-ui, 'DejaVu Sans', sans-serif"
                "font-size", "13"
                "fill", Palette.ink
            ]
            (String.concat "" (shape "rect" ground "" :: inner))

    /// A table with a heading.
    let table (heading: string list) (rows: string list list) =
        let cell name style said =
            element
                name
                [ "style", $"padding:3px 14px 3px 6px;text-align:left;{style}" ]
                (text said)

        let line name style cells =
            cells |> List.map (cell name style) |> String.concat "" |> element "tr" []

        let head =
            line "th" $"border-bottom:1px solid {Palette.line};font-weight:600" heading

        let body = rows |> List.map (line "td" "") |> String.concat ""

        let style =
            $"border-collapse:collapse;font:13px system-ui,'DejaVu Sans',sans-serif;color:{Palette.ink};background:{Palette.ground}"

        element "table" [ "style", style ] (head + body)
