import { expect, it } from 'vitest';
import { decodeText } from './decodeText';

// The same text twice: as a string, and in base64 the bytes that Python's codec of this name makes.
const samples: [codec: string, found: string, text: string, base64: string][] = [
  [
    'windows-1252',
    'Windows-1252',
    "id;texte;étiquette\n1;Je n'ai pas reçu ma commande, où est-elle ?;livraison\n2;Très déçu : la facture est erronée;facture\n3;Merci beaucoup, équipe géniale à l’écoute;éloge\n",
    'aWQ7dGV4dGU76XRpcXVldHRlCjE7SmUgbidhaSBwYXMgcmXndSBtYSBjb21tYW5kZSwgb/kgZXN0LWVsbGUgPztsaXZyYWlzb24KMjtUcuhzIGTp53UgOiBsYSBmYWN0dXJlIGVzdCBlcnJvbullO2ZhY3R1cmUKMztNZXJjaSBiZWF1Y291cCwg6XF1aXBlIGfpbmlhbGUg4CBskuljb3V0ZTvpbG9nZQo=',
  ],
  [
    'windows-1252',
    'Windows-1252',
    'nr;text;kategorie\n1;Die Rechnung für März ist falsch, bitte prüfen;Rechnung\n2;Wo bleibt mein Päckchen? Größe passt übrigens;Lieferung\n3;Danke schön!;Lob\n',
    'bnI7dGV4dDtrYXRlZ29yaWUKMTtEaWUgUmVjaG51bmcgZvxyIE3kcnogaXN0IGZhbHNjaCwgYml0dGUgcHL8ZmVuO1JlY2hudW5nCjI7V28gYmxlaWJ0IG1laW4gUORja2NoZW4/IEdy9t9lIHBhc3N0IPxicmlnZW5zO0xpZWZlcnVuZwozO0RhbmtlIHNjaPZuITtMb2IK',
  ],
  [
    'windows-1252',
    'Windows-1252',
    'id,texto\n1,¿Dónde está mi pedido? Llevo una semana esperando\n2,La aplicación se cierra sola después de la actualización\n',
    'aWQsdGV4dG8KMSy/RPNuZGUgZXN04SBtaSBwZWRpZG8/IExsZXZvIHVuYSBzZW1hbmEgZXNwZXJhbmRvCjIsTGEgYXBsaWNhY2nzbiBzZSBjaWVycmEgc29sYSBkZXNwdelzIGRlIGxhIGFjdHVhbGl6YWNp824K',
  ],
  [
    'windows-1252',
    'Windows-1252',
    'text,label\nIt costs 5€ – too much,a\nbad tea,b\n',
    'dGV4dCxsYWJlbApJdCBjb3N0cyA1gCCWIHRvbyBtdWNoLGEKYmFkIHRlYSxiCg==',
  ],
  [
    'gb18030',
    'GB18030',
    '编号,内容,标签\n1,我的包裹还没有到，请帮我查一下,物流\n2,账单金额不对，多收了我二十元,账单\n3,客服态度非常好，谢谢,表扬\n',
    'seC6xSzE2sjdLLHqx6kKMSzO0rXEsPy5/Lu5w7vT0LW9o6zH67DvztKy6dK7z8Iszu/B9woyLNXLtaW98Lbusru21KOstuDK1cHLztK2/squ1Kos1cu1pQozLL/Nt/7MrLbIt8ezo7rDo6zQu9C7LLHt0e8K',
  ],
  [
    'gb18030',
    'GB18030',
    'text,label\n你好 今天天气很好,a\nhello,b\n',
    'dGV4dCxsYWJlbArE47rDIL3xzOzM7Mb4uty6wyxhCmhlbGxvLGIK',
  ],
  [
    'big5',
    'Big5',
    '編號,內容,標籤\n1,我的包裹還沒有到，請幫我查一下,物流\n2,帳單金額不對，多收了我二十元,帳單\n3,客服態度非常好，謝謝,表揚\n',
    'vXO4uSykuq5lLLzQxdIKMSyn2qq6pV27ccHZqFOms6jsoUG90MCwp9qsZKRApFUsqquseQoyLLFis+aq98NCpKO576FBpmimrKRGp9qkR6RRpLgssWKz5gozLKvIqkG6QavXq0SxYKZuoUHBwsHCLKrttK0K',
  ],
  [
    'shift_jis',
    'Shift-JIS',
    '番号,本文,ラベル\n1,荷物がまだ届きません。確認をお願いします。,配送\n2,請求金額が間違っています,請求\n3,とても親切な対応でした。ありがとうございます,お礼\n',
    'lNSNhiyWe5W2LIOJg3iDiwoxLInXlaiCqoLcgr6TzYKrgtyCuYLxgUKKbZRGgvCCqIrogqKCtYLcgreBQiyUepGXCjIskL+LgYvginqCqorUiOGCwYLEgqKC3IK3LJC/i4EKMyyCxoLEguCQZZDYgsiRzomegsWCtYK9gUKCoILogqqCxoKkgrKCtIKigtyCtyyCqJfnCg==',
  ],
  [
    'shift_jis',
    'Shift-JIS',
    '番号,本文\n1,アプリガスグニクラッシュシマス\n2,アカウントニログインデキマセン\n',
    'lNSNhiyWe5W2CjEsg0GDdoOKg0uDWINPg2qDToOJg2KDVoOFg1aDfYNYCjIsg0GDSoNFg5ODZ4Nqg42DT4NDg5ODZoNMg32DWoOTCg==',
  ],
  [
    'euc_jp',
    'EUC-JP',
    '番号,本文,ラベル\n1,荷物がまだ届きません。確認をお願いします。,配送\n2,請求金額が間違っています,請求\n',
    'yNa55izL3Mq4LKXppdml6woxLLLZyqqkrKTepMDGz6StpN6ku6TzoaOzzsenpPKkqrTqpKSkt6TepLmhoyzH28H3CjIswMG14bbis9ukrLTWsOOkw6TGpKSk3qS5LMDBteEK',
  ],
  [
    'cp949',
    'EUC-KR',
    '번호,내용,라벨\n1,주문한 상품이 아직 도착하지 않았어요,배송\n2,요금이 잘못 청구되었습니다. 확인해 주세요,결제\n3,상담원이 정말 친절했어요. 감사합니다,칭찬\n',
    'ufjIoyyzu7/rLLbzuqcKMSzB1rmux9Egu/PHsMDMIL7GwfcgtbXC+MfPwfYgvsq+0r7uv+Qsuei82woyLL/ksd3AzCDA37j4IMO7sbi1x776vcC0z7TZLiDIrsDOx9ggwda8vL/kLLDhwaYKMyy787Tjv/jAzCDBpLi7IMSjwP3H377uv+QuILCou+fH1bTPtNksxKrC+Qo=',
  ],
  [
    'windows-1251',
    'Windows-1251',
    'номер;текст;метка\n1;Посылка до сих пор не пришла, помогите;доставка\n2;Неправильно списали деньги с карты;оплата\n3;Спасибо большое, всё отлично;похвала\n',
    '7e7s5fA78uXq8fI77OXy6uAKMTvP7vH76+rgIOTuIPHo9SDv7vAg7eUg7/Do+OvgLCDv7uzu4+jy5Tvk7vHy4OLq4AoyO83l7/Dg4ujr/O3uIPHv6PHg6+gg5OXt/OPoIPEg6uDw8vs77u/r4PLgCjM70e/g8ejh7iDh7uv8+O7lLCDi8bgg7vLr6Pft7jvv7vXi4OvgCg==',
  ],
  [
    'koi8-r',
    'KOI8-R',
    'номер;текст;метка\n1;Посылка до сих пор не пришла, помогите;доставка\n2;Неправильно списали деньги с карты;оплата\n',
    'zs/NxdI71MXL09Q7zcXUy8EKMTvwz9PZzMvBIMTPINPJyCDQz9IgzsUg0NLJ28zBLCDQz83Px8nUxTvEz9PUwdfLwQoyO+7F0NLB18nM2M7PINPQydPBzMkgxMXO2MfJINMgy8HS1Nk7z9DMwdTBCg==',
  ],
  [
    'windows-1253',
    'ISO-8859-7',
    'id;κείμενο\n1;Η παραγγελία μου δεν έχει φτάσει ακόμα\n2;Η χρέωση είναι λάθος, παρακαλώ ελέγξτε\n',
    'aWQ76uXf7OXt7woxO8cg8OHx4ePj5evf4SDs7/Ug5OXtIN335ekg9vTc8+XpIOHq/OzhCjI7xyD38d358+cg5d/t4ekg69zo7/IsIPDh8eHq4ev+IOXr3ePu9OUK',
  ],
  [
    'windows-1254',
    'Windows-1254',
    'id;metin\n1;Kargom hâlâ gelmedi, lütfen yardım edin\n2;Faturam yanlış, iki kez ödeme alındı; teşekkürler çalışma için\n',
    'aWQ7bWV0aW4KMTtLYXJnb20gaOJs4iBnZWxtZWRpLCBs/HRmZW4geWFyZP1tIGVkaW4KMjtGYXR1cmFtIHlhbmz9/iwgaWtpIGtleiD2ZGVtZSBhbP1uZP07IHRl/mVra/xybGVyIOdhbP3+bWEgaedpbgo=',
  ],
  [
    'utf-16-le',
    'UTF-16LE',
    'id\ttext\n1\tHello there, where is it?\n2\tCafé crème, 你好\n',
    'aQBkAAkAdABlAHgAdAAKADEACQBIAGUAbABsAG8AIAB0AGgAZQByAGUALAAgAHcAaABlAHIAZQAgAGkAcwAgAGkAdAA/AAoAMgAJAEMAYQBmAOkAIABjAHIA6ABtAGUALAAgAGBPfVkKAA==',
  ],
  [
    'utf-16-be',
    'UTF-16BE',
    'id\ttext\n1\tHello there, where is it?\n2\tCafé crème, 你好\n',
    'AGkAZAAJAHQAZQB4AHQACgAxAAkASABlAGwAbABvACAAdABoAGUAcgBlACwAIAB3AGgAZQByAGUAIABpAHMAIABpAHQAPwAKADIACQBDAGEAZgDpACAAYwByAOgAbQBlACwAIE9gWX0ACg==',
  ],
  [
    'utf-16-le',
    'UTF-16LE',
    '编号,内容,标签\n1,我的包裹还没有到，请帮我查一下,物流\n2,账单金额不对，多收了我二十元,账单\n',
    'Fn/3UywAhVG5WywAB2h+ewoAMQAsABFihHYFU/mI2I+hbAlnMFIM//eLLl4RYuVnAE4LTiwAaXJBbQoAMgAsACaNVVPRkZ2YDU75Wwz/Glk2ZYZOEWKMTkFTQ1EsACaNVVMKAA==',
  ],
  [
    'mac-roman',
    'Macintosh',
    "id;texte\n1;Je n'ai pas reçu ma commande, où est-elle ?\n2;Très déçu\n",
    'aWQ7dGV4dGUKMTtKZSBuJ2FpIHBhcyByZY11IG1hIGNvbW1hbmRlLCBvnSBlc3QtZWxsZSA/CjI7VHKPcyBkjo11Cg==',
  ],
];

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

it.each(samples)('%s is found and read', (_, encoding, text, base64) => {
  expect(decodeText(bytesOf(base64), 'table.csv')).toEqual({ encoding, text, notes: [] });
});

it.each(samples)('%s is read the same when its name is given', (_, encoding, text, base64) => {
  expect(decodeText(bytesOf(base64), 'table.csv', encoding).text).toBe(text);
});

it.each([
  ['UTF-8', [0xef, 0xbb, 0xbf, 0x61, 0xc3, 0xa9]],
  ['UTF-16LE', [0xff, 0xfe, 0x61, 0, 0xe9, 0]],
  ['UTF-16BE', [0xfe, 0xff, 0, 0x61, 0, 0xe9]],
])('%s by its byte order mark', (encoding, bytes) => {
  expect(decodeText(Uint8Array.from(bytes), 'a.txt')).toEqual({ encoding, text: 'aé', notes: [] });
});

it('refuses an encoding that does not exist', () => {
  expect(() => decodeText(Uint8Array.of(97), 'a.txt', 'klingon')).toThrow(
    /^"klingon" is not a text encoding/,
  );
});
