import type { MailText, Notice, NoticeDelivery } from "@/server/domain/notices";

export interface NoticeMail { subject: string; text: string; html: string }

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
/** Colours of the light theme: mail programs know no variables, and turn light pages dark by themselves. */
const ink = "#121817", quiet = "#4d5a56", line = "#dfe5e2", accent = "#04705a";

/** The mail as plain text and as simple HTML, with links into the tower at `address`. */
export function noticeMail({ subject, sections }: MailText, delivery: NoticeDelivery, address: string): NoticeMail {
  const link = (path: string): string => new URL(path, address).href;
  const why = `You are told because you chose it for yourself${delivery === "daily" ? ", once a day" : ""}. Change it: ${link("/notices")}`;
  const inText = (one: Notice): string => [`- ${one.entity}  ${one.title}`, ...(one.detail === "" ? [] : [`  ${one.detail}`]), `  ${link(one.path)}`].join("\n");
  const inHtml = (one: Notice): string => `<tr><td style="padding:8px 0;border-top:1px solid ${line}"><a href="${escaped(link(one.path))}" style="color:${accent};font-weight:600">${escaped(one.title)}</a> <span style="color:${quiet}">${escaped(one.entity)}</span>${one.detail === "" ? "" : `<br><span style="color:${quiet}">${escaped(one.detail)}</span>`}</td></tr>`;
  const more = (count: number): string => `${count.toLocaleString("en-US")} more in the list`;
  const text = [...sections.map(({ heading, notices, more: rest, path }) => [heading, "", ...notices.map(inText), ...(rest > 0 ? [`${more(rest)}: ${link(path)}`] : [])].join("\n")), why].join("\n\n");
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head><body style="margin:0;padding:24px 16px;background:#ffffff;color:${ink};font:14px/20px -apple-system,'Segoe UI',Helvetica,Arial,sans-serif"><div style="max-width:600px;margin:0 auto"><p style="margin:0 0 16px;font-weight:600;color:${accent}">Ledgerline</p>${
    sections.map(({ heading, notices, more: rest, path }) => `<h1 style="margin:20px 0 6px;font-size:16px">${escaped(heading)}</h1><table role="presentation" width="100%" cellspacing="0" cellpadding="0" style="border-collapse:collapse">${notices.map(inHtml).join("")}</table>${rest > 0 ? `<p style="margin:8px 0"><a href="${escaped(link(path))}" style="color:${accent}">${more(rest)}</a></p>` : ""}`).join("")
  }<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid ${line};color:${quiet};font-size:12px">${escaped(why.replace(/ Change it: .*/, ""))} <a href="${escaped(link("/notices"))}" style="color:${quiet}">Change what you are told</a></p></div></body></html>`;
  return { subject, text, html };
}
